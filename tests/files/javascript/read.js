// Reads the JSON list of paths on stdin as AWS config files; writes what the SDK makes of each.
const loader = require("@smithy/shared-ini-file-loader");

async function read(configFilepath) {
  const init = { configFilepath, filepath: "/dev/null", ignoreCache: true };
  const { configFile } = await loader.loadSharedConfigFiles(init);
  const sessions = await loader.loadSsoSessionData(init);
  return { profiles: configFile, sso_sessions: sessions };
}

let text = "";
process.stdin.on("data", (chunk) => (text += chunk));
process.stdin.on("end", async () => {
  const found = [];
  for (const path of JSON.parse(text)) found.push(await read(path));
  process.stdout.write(JSON.stringify(found));
});

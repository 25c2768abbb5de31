// Reads paths of AWS config files on stdin; writes what the SDK makes of each. Each line is a JSON list
// of paths, and so is its answer.
const loader = require("@smithy/shared-ini-file-loader");
const lines = require("readline").createInterface({ input: process.stdin });

async function read(configFilepath) {
  const init = { configFilepath, filepath: "/dev/null", ignoreCache: true };
  const { configFile } = await loader.loadSharedConfigFiles(init);
  const sessions = await loader.loadSsoSessionData(init);
  return { profiles: configFile, sso_sessions: sessions };
}

(async () => {
  for await (const line of lines) {
    const found = [];
    for (const path of JSON.parse(line)) found.push(await read(path));
    process.stdout.write(JSON.stringify(found) + "\n");
  }
})();

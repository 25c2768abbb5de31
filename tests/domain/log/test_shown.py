"""What the log has of commands and reasons: secrets are planted where people put them."""

from __future__ import annotations

import shlex
import time
from typing import Final

from rolecall.domain.log.shown import shown_command, shown_text
from tests.support.for_each import for_each

KEY: Final = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
PEM: Final = "-----BEGIN RSA PRIVATE KEY-----\nhunter\n+x/Y\n-----END RSA PRIVATE KEY-----"
# One that looks like a word, one that a rule for passwords wants, an option, and keys.
SECRETS: Final = ("correct-horse", "Hunter2!", "hun ter", "-hunter", "--hunter2", KEY, PEM)
# `{}` is where the secret is; it is quoted.
COMMANDS: Final = """
mysql -p {}
mysql -p{} -h db
mysql --password={} shop
mysqldump -u root -p{} shop
mariadb -p {} shop
psql postgresql://me:{}@db/shop
psql "host=db password={}"
env PGPASSWORD={} psql shop
PGPASSWORD={} psql shop
mongosh -p {} db
mongosh mongodb://me:{}@db/shop
redis-cli -a {} ping
redis-cli -u redis://:{}@cache:6379
sqlcmd -S db -P {}
sqlplus me/{}@db
cqlsh -u me -p {}
clickhouse-client --password {}
influx --token {}
ldapsearch -D cn=me -w {}
kinit me {}
docker login -u me -p {}
docker login --password={} registry.example
docker run -e API_KEY={} image
docker run --env TOKEN={} image sh -c {}
docker build --build-arg NPM_TOKEN={} .
docker secret create name {}
podman login -p {} registry.example
helm install x y --set password={}
helm registry login -p {} registry.example
kubectl create secret generic x --from-literal=password={}
kubectl --token={} get pods
kubectl config set-credentials me --token={}
kubectl exec pod -- mysql -p{}
eksctl create cluster --tags token={}
aws ssm put-parameter --name x --value {} --type SecureString
aws secretsmanager create-secret --name x --secret-string {}
aws secretsmanager put-secret-value --secret-id x --secret-string '{{"password":"{}"}}'
aws configure set aws_secret_access_key {}
aws configure set {} x
aws iam create-login-profile --user-name me --password {}
aws iam change-password --old-password {} --new-password {}
aws rds create-db-instance --master-user-password {}
aws rds modify-db-instance --master-user-password={}
aws redshift create-cluster --master-user-password {}
aws cognito-idp admin-set-user-password --username me --password {}
aws cognito-idp initiate-auth --auth-parameters USERNAME=me,PASSWORD={}
aws ecs register-task-definition --cli-input-json '{{"environment":[{{"value":"{}"}}]}}'
aws lambda update-function-configuration --environment Variables={{DB={}}}
aws sts get-session-token --token-code {}
aws sso-oidc create-token --client-secret {}
aws s3 cp x s3://b --sse-c-key {}
aws kms encrypt --plaintext {}
aws --profile {} s3 ls
terraform apply -var password={}
terraform apply -var=password={}
terraform plan -backend-config=secret_key={}
terraform login {}
tofu apply -var password={}
terragrunt run-all apply --var {}
pulumi config set --secret token {}
pulumi login {}/x
packer build -var password={} x
cdk deploy --parameters Password={}
sam deploy --parameter-overrides Password={}
serverless deploy --param=token={}
ansible-playbook site.yml -e password={}
ansible all -a 'echo {}'
vault login {}
vault kv put secret/x password={}
vault write auth/userpass/login/me password={}
op signin --secret-key {}
bw unlock {}
pass insert {}
gpg --passphrase {} -d file
openssl enc -k {}
openssl rsa -passin pass:{} -in a
openssl enc -aes-256-cbc -K {} -iv {}
zip -P {} x.zip x
7z x -p{} x.7z
unrar x -p{} x.rar
sshpass -p {} ssh host
sshpass -p{} ssh host
ssh host mysql -p{}
scp me:{}@host:file .
rsync --password-file=<(echo {}) x y
curl -u me:{} https://a.example
curl -ume:{} https://a.example
curl --user me:{} https://a.example
curl -H 'Authorization: Bearer {}' https://a.example
curl -H 'X-Api-Key: {}' https://a.example
curl -b session={} https://a.example
curl -d 'user=me&password={}' https://a.example
curl --data-raw '{{"password": "{}"}}' https://a.example
curl https://me:{}@a.example/x
curl 'https://a.example/?sig={}'
curl https://hooks.a.example/services/{}
curl -x http://me:{}@proxy:8080 a.example
wget --password={} a.example
http a.example Authorization:{}
sh -c 'curl -u me:{} a.example'
sh -c 'PGPASSWORD={} psql'
bash -c "echo {} | docker login --password-stdin"
bash -lc 'export TOKEN={}; deploy'
python3 -c 'connect("{}")'
node -e 'login("{}")'
perl -e 'print "{}"'
git clone https://me:{}@a.example/x.git
git -c http.extraHeader='Authorization: {}' fetch
git push https://{}@a.example/x
git config credential.helper '!echo password={}'
gh auth login --with-token {}
gh secret set TOKEN --body {}
npm config set //registry.example/:_authToken {}
npm publish --otp={}
pip install --index-url https://me:{}@pypi.example/simple x
twine upload -p {} dist
cargo login {}
heroku config:set TOKEN={}
sentry-cli --auth-token {} info
stripe listen --api-key {}
snowsql -a x -u me --authenticator {}
sudo -S -p {} ls
su -c 'mysql -p{}' me
xargs -I@ mysql -p{}
env -S 'TOKEN={} make'
make deploy TOKEN={}
java -Dpassword={} -jar x.jar
java -jar x.jar --spring.datasource.password={}
deploy {}
deploy -- {}
deploy -- --token {}
deploy key={}
deploy /p:{}
deploy -Token {}
./deploy.sh {} {}
/opt/bin/deploy --key {} -v
"deploy --key {}"
""".strip().splitlines()


def planted(line: str, secret: str) -> list[str]:
    """Return the words of a line with the secret in it, whatever its letters mean to shells."""
    words = shlex.split(line.format(*["SECRET"] * 3))
    return [word.replace("SECRET", secret) for word in words]


def test_no_planted_secret_is_shown() -> None:
    assert len(COMMANDS) >= 100
    shown = {}
    for line in COMMANDS:
        for secret in SECRETS:
            found = shown_command(planted(line, secret))
            if any(part in found for part in ("horse", "unter", "hun", "wJalr", "BEGIN")):
                shown[line, secret] = found
    assert shown == {}


@for_each(
    ("command", "shown"),
    [
        ("terraform plan -out plan.tfplan", "terraform plan -o… …"),
        ("aws s3 ls s3://bucket/key --recursive", "aws s3 ls … --recursive"),
        ("aws ssm put-parameter --value x --name=y", "aws ssm put-parameter --value … --name=…"),
        ("/usr/bin/kubectl get pods -n kube-system", "kubectl get pods -n …"),
        ("docker login secret words", "docker login secret …"),
        ("aws --profile prod s3 ls", "aws --profile …"),
        ("deploy now", "deploy …"),
        ("deploy a b c -v", "deploy … -v"),
        ("deploy -- --token", "deploy …"),
        ("deploy -vvv --DryRun --s3", "deploy -v… …"),
        ("sh -c 'true a'", "sh -c …"),
        ("true", "true"),
        ("'mysql -phunter2'", "…"),
        ("TOKEN=x", "…"),
        ("--destination s3", "--destination …"),
        ("", ""),
    ],
)
def test_a_command_is_its_program_its_subcommands_and_the_names_of_its_options(
    command: str, shown: str
) -> None:
    assert shown_command(shlex.split(command)) == shown


def test_all_of_a_command_is_shown_if_that_is_wanted() -> None:
    assert shown_command(["mysql", "-phunter2", "a b"], is_full=True) == "mysql -phunter2 'a b'"
    assert len(shown_command(["echo", "a " * 5000], is_full=True)) == 1001


@for_each(
    ("reason", "shown"),
    [
        ("INC-4711: restart the api of prod-eu", None),
        ("reset the password for kim, see https://a.example/browse/INC-4711", None),
        ("the token expired", None),
        ("rotate keys of arn:aws:iam::123456789012:user/AbcdefGhijkl0123456789mnop", None),
        ("who had ASIAIOSFODNN7EXAMPLE?", None),
        ("for me@a.example", None),
        ("pw=hunter", "pw=…"),
        ("pw: hunter", "pw: …"),
        ("the password is correct horse battery", "the password is …"),
        ("Password is hunter, for kim", "Password is …"),
        ("(API key = hunter)", "(API key = …"),
        ("access_token:hunter", "access_token:…"),
        ("passwords are hunter and hunter", "passwords are …"),
        ("“secret”: hunter", "“secret”: …"),
        ("パスワード：hunter", "パスワード：…"),
        ("パスワードはhunter です", "パスワードは…"),
        ("本番のパスワードを変更", None),
        ("with password hunter2 again", "with password … again"),
        ("pw hunter2", "pw …"),
        ("the key INC-4711", None),
        ("deploy --token hunter now", "deploy --token … now"),
        ("sent Bearer hunter along", "sent Bearer … along"),
        ("Authorization: Basic hunter", "Authorization: …"),
        ('{"a": 1, "password": "hunter"}', '{"a": 1, "password": …'),
        (f"leaked {KEY} on Friday", "leaked … on Friday"),
        (f"leaked AKIAIOSFODNN7EXAMPLE:{KEY}", "leaked AKIAIOSFODNN7EXAMPLE:…"),
        (f"{PEM}\nof dev", "…\nof dev"),
        ("password:\nhunter", "password:\n…"),
        (PEM[:45], "…"),
        ("by https://me:hunter@a.example/x", "by https://…@a.example/x"),
        ("see https://a.example/x?sig=hunter", "see https://a.example/x?…"),
        ("by me:hunter@proxy", "by …@proxy"),
        ("0123456789abcdef0123456789abcdef", "…"),
        ("said correct hunter", "said …"),
    ],
)
def test_a_reason_is_kept_without_what_has_the_form_of_a_secret(
    reason: str, shown: str | None
) -> None:
    environ = {"DEPLOY_TOKEN": "correct hunter", "HOME": "INC-4711", "PIN_TOKEN": "api"}
    assert shown_text(reason, environ) == (reason if shown is None else shown)


def test_a_long_reason_is_cut_between_words() -> None:
    assert shown_text("a " * 500, {}) == "a " * 500
    assert shown_text("a " * 495 + KEY, {}) == "a " * 494 + "a…"
    assert shown_text("a" * 1001, {}) == "…"


@for_each("letter", ["a", "0123456789abcdef", "=", "-", "pw ", "pw", "://", "a@:", " "])
def test_long_words_take_no_time(letter: str) -> None:
    word = letter * (100_000 // len(letter))
    began_at = time.process_time()
    shown_command(["deploy", word, f"--{word}", f"-{word}"])
    shown_command(["deploy", word], is_full=True)
    shown_text(word, {"DEPLOY_TOKEN": word})
    shown_text(word[:1000], {})
    assert time.process_time() - began_at < 0.25

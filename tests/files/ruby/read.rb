# Reads paths of AWS config files on stdin; writes what the SDK makes of each. Each line is a JSON list of
# paths, and so is its answer. The SDK drops the word "profile" and keeps that of other sections.
require "json"
gem "aws-sdk-core"
require "aws-sdk-core/ini_parser"

def read(path)
  sections = Aws::IniParser.ini_parse(File.read(path))
  sessions, profiles = sections.partition { |name, _| name.start_with?("sso-session ") }
  { profiles: profiles.to_h, sso_sessions: sessions.to_h { |name, values| [name[12..], values] } }
rescue NoMethodError
  nil # it cannot read some indented lines
end

$stdout.sync = true
$stdin.each_line { |line| puts JSON.generate(JSON.parse(line).map { |path| read(path) }) }

# Reads a JSON list of paths of AWS config files on stdin; writes what the SDK makes of each.
require "json"
gem "aws-sdk-core"
require "aws-sdk-core/ini_parser"

readings = JSON.parse($stdin.read).map do |path|
  # The SDK drops the word "profile" and keeps that of other sections.
  { profiles: Aws::IniParser.ini_parse(File.read(path)), sso_sessions: {} }
rescue NoMethodError
  nil # it cannot read some indented lines
end
puts JSON.generate(readings)

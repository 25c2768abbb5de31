complete @CMD@ 'c|--|(clear region yes help)|' 'p|*|`@ROLECALL_IN_QUOTES@ complete profiles tcsh`|';
complete rolecall 'p|1|(@COMMANDS@)|' 'n|{--profile,@PROFILE_COMMANDS@}|`@ROLECALL_IN_QUOTES@ complete profiles tcsh`|' 'n|{--sso-session,@SESSION_COMMANDS@}|`@ROLECALL_IN_QUOTES@ complete sessions tcsh`|' 'n|{@SHELL_COMMANDS@}|(@SHELLS@)|';

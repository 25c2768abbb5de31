complete @CMD@ 'p|*|`@ROLECALL_IN_QUOTES@ complete switch tcsh`|';
complete rolecall 'n|{--,--debug}|f|' 'N|{exec,serve}|c|' 'C|--*|`@ROLECALL_IN_QUOTES@ complete rolecall tcsh`|' 'n|--*|`@ROLECALL_IN_QUOTES@ complete rolecall tcsh`|' 'p|1-2|`@ROLECALL_IN_QUOTES@ complete rolecall tcsh`|';

if ( ! $?__rolecall_previous ) set __rolecall_previous = "";
alias @CMD@ 'eval "`@ROLECALL_IN_QUOTES@ switch --shell=tcsh --previous=$__rolecall_previous:q \!*:q`"';
alias rolecall 'set __rolecall_words = ( \!*:q ) ; if ( ! $#__rolecall_words ) eval "`@ROLECALL_IN_QUOTES@ switch --shell=tcsh --previous=$__rolecall_previous:q --full-screen`" ; if ( $#__rolecall_words ) @ROLECALL_IN_QUOTES@ \!*:q';

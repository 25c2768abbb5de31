alias @CMD@ 'eval "`@ROLECALL_IN_QUOTES@ switch --shell=tcsh \!*:q`"';
alias rolecall 'set __rolecall_words = ( \!*:q ) ; if ( ! $#__rolecall_words ) eval "`@ROLECALL_IN_QUOTES@ switch --shell=tcsh --full-screen`" ; if ( $#__rolecall_words ) @ROLECALL_IN_QUOTES@ \!*:q'

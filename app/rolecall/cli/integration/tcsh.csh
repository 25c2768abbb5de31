alias @CMD@ 'eval "`@ROLECALL@ switch --shell=tcsh \!*:q`"';
alias rolecall 'set __rolecall_words = ( \!*:q ) ; if ( ! $#__rolecall_words ) eval "`@ROLECALL@ switch --shell=tcsh --full-screen`" ; if ( $#__rolecall_words ) @ROLECALL@ \!*:q'

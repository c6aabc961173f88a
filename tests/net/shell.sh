#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The shell at a terminal: prompts, help at any point, completion, errors with their caret, Ctrl-Z.
#
#   [viprouter]   no port: what is typed is all there is
#
# shellcheck source=tests/net/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

begin shell 120

take_down()
{
	end_router TERM >/dev/null 2>&1
	rm -rf "$VIPHOME_STATE_DIR" "$VIPHOME_RUN_DIR"
}

cat >"$work/type.expect" <<'END'
set timeout 10
spawn -noecho [lindex $argv 0] -n [lindex $argv 1] --run-dir [lindex $argv 2]
expect {
	-re {[>#] ?$} {}
	timeout { puts "no prompt"; exit 1 }
	eof { puts "the shell ended"; exit 1 }
}
foreach {send wanted} [lrange $argv 3 end] {
	send -- [subst -nocommands -novariables $send]
	expect {
		-re $wanted {}
		timeout { puts "\nnothing like $wanted after $send"; exit 1 }
		eof { puts "\nthe shell ended after $send"; exit 1 }
	}
}
send "\025\032\004"
expect eof
END

# at_terminal TEXT SEND WANTED [SEND WANTED…]: types, and each time waits for what it must bring.
at_terminal()
{
	local text=$1 seen

	shift
	if seen=$(HOME=$work XDG_STATE_HOME='' TERM=vt100 expect "$work/type.expect" \
		"$BUILD/vipsh" "$home" "$VIPHOME_RUN_DIR" "$@" 2>&1 </dev/null); then
		ok "$text"
	else
		not_ok "$text" "$seen"
	fi
}

check "the router starts" router -d
at_terminal "help within a word" 'sh?' 'show +Look at the router'
at_terminal "help after a word, short words" 'sh ip n?' 'nat +Network address translation'
at_terminal "TAB completes" 'show vers\t\r' 'viprouter.*0\.'
at_terminal "modes and their prompts" 'conf t\r' 'CNTL/Z.*\(config\)#' \
	'interface Loopback0\r' '\(config-if\)#' 'description spare\r' '\(config-if\)#' \
	'exit\r' '\(config\)#' 'end\r' 'home#'
at_terminal "Ctrl-Z ends configuration" 'conf t\r' '\(config\)#' '\032' 'home#'
at_terminal "a mistake has its caret and a way out" 'show bogus\r' \
	"\\^\r\n% Invalid input detected at '\\^' marker.\r\n.*Hint"
at_terminal "an ambiguous word says so" 'c\r' 'Ambiguous command:  "c"'
at_terminal "do works in configuration" 'conf t\r' '\(config\)#' \
	'do show running-config | include descr\r' 'description spare'
contains "what was typed is in force" " description spare" "$(vipsh -c 'show running-config')"
same "a look at what is not there is an error that names it" \
	"-c:1: % There is no NOSUCH here 1" \
	"$(vipsh -c 'show vip NOSUCH' 2>&1 | head -n 1) $(vipsh -c 'show vip NOSUCH' >/dev/null 2>&1; echo $?)"
at_terminal "lines of the log come above what is being typed" 'terminal monitor\r' 'home#' \
	'conf t\r' '\(config\)#' 'ip route 192.0.2.0 255.255.255.0 Lo0\rshow ver' \
	'%SYS-5-CONFIG_I: Configured from vipsh\r\n.*home\(config\)#show ver$'
vipsh -c 'interface BVI1' -c 'ip address 10.9.9.1 255.255.255.0' >/dev/null
contains "a script that ends with debug goes on to write its lines" \
	'^[A-Z][a-z]{2} .*: IP ARP: sent req src 10.9.9.1 ' \
	"$(timeout 3 "$BUILD/vipsh" -n "$home" --run-dir "$VIPHOME_RUN_DIR" -c 'debug arp' \
		-c 'clear arp-cache')"
same "one that takes it back ends" "All possible debugging has been turned off" \
	"$(vipsh -c 'debug arp' -c 'undebug all' | tail -n 1)"
same "and nothing is debugged any more" "" "$(vipsh -c 'show debugging')"
check "history is kept" grep -rqs 'Loopback0' "$work/.local/state/viprouter/history"
check "the router ends" end_router

#!/usr/bin/env bash
# Installs what some tests need beside Go: Dovecot, tmux, jq, nc, python3. As root
# on Debian through apt-get; elsewhere it says what will be left out. It ends
# with status 0 either way: in CI the tests themselves fail without Dovecot.
set -eu

PATH=$PATH:/usr/sbin:/sbin
missing=()
need() { # PROGRAM PACKAGE WHAT
	command -v "$1" >/dev/null || missing+=("$1|$2|$3")
}
need dovecot dovecot-imapd "the tests against a real server"
need tmux tmux "the tests of wide characters on a terminal"
need jq jq "the recipes of docs/json.md"
need ps procps "the look into the process list"
need nc netcat-openbsd "nc in make bench"
need python3 python3 "imaplib in make bench"
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	packages=()
	for m in "${missing[@]}"; do m=${m#*|}; packages+=("${m%%|*}"); done
	echo "installing ${packages[*]}"
	# The packages would start their services otherwise; the tests start their own.
	policy=/usr/sbin/policy-rc.d
	if [ ! -e $policy ]; then
		printf '#!/bin/sh\nexit 101\n' >$policy
		chmod +x $policy
		trap 'rm -f $policy' EXIT
	fi
	log=$(mktemp)
	if apt-get -qq -o DPkg::Lock::Timeout=180 update >"$log" 2>&1 &&
		DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=180 install -y --no-install-recommends "${packages[@]}" >>"$log" 2>&1; then
		rm -f "$log"
		exit 0
	fi
	tail -5 "$log" >&2
	rm -f "$log"
fi
for m in "${missing[@]}"; do
	program=${m%%|*} rest=${m#*|}
	command -v "$program" >/dev/null || echo "left out: ${rest#*|} (no $program; Debian has it in ${rest%%|*})"
done

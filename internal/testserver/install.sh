#!/usr/bin/env bash
# Installs what some tests need besides Go: servers, proxies, tmux, jq and other programs. As root on Debian it uses
# apt-get; elsewhere it only says which tests will be skipped. It always exits with 0: in CI a test fails without its
# server. Debian allows only one IMAP server to be installed, so those of Cyrus and Courier are only unpacked, into the
# directory in which unpacked.go looks for them. So are two programs of Prometheus, because all of it takes 330 MB.
set -eu

PATH=$PATH:/usr/sbin:/sbin
missing=()
need() { # PROGRAM PACKAGE WHAT
	command -v "$1" >/dev/null || missing+=("$1|$2|$3")
}
need dovecot dovecot-imapd "the tests against a real server"
need tmux tmux "the tests of wide characters on a terminal"
need groff groff-base "the test of the manual page"
need jq jq "the recipes of docs/json.md"
need ps procps "the tests that read the list of processes"
need nc netcat-openbsd "nc in make bench"
need telnet inetutils-telnet "the comparison with telnet in README.md"
need curl curl "the comparison with curl in README.md"
need python3 python3 "imaplib in make bench"
need microsocks microsocks "the tests through a SOCKS proxy"
need tinyproxy tinyproxy-bin "the tests through an HTTP proxy"
need saslpasswd2 sasl2-bin "the tests against Cyrus"
needFile() { # FILE PACKAGE WHAT
	[ -e "$1" ] || missing+=("$1|$2|$3")
}
needFile /usr/share/perl5/Monitoring/Plugin/Performance.pm libmonitoring-plugin-perl "the test that parses the output of check -o nagios"
needFile /usr/lib/cyrus/bin/master cyrus-common "the tests against Cyrus"
needFile /usr/lib/cyrus/bin/imtest cyrus-clients "the comparison with imtest in docs/compare.md"
for module in libsasldb libplain libcrammd5; do
	compgen -G "/usr/lib/*/sasl2/$module.so" >/dev/null ||
		case $module in
		libsasldb) missing+=("$module|libsasl2-modules-db|the tests against Cyrus") ;;
		*) missing+=("$module|libsasl2-modules|the tests against Cyrus") ;;
		esac
done
needFile /usr/sbin/couriertcpd courier-base "the tests against Courier"
needFile /usr/lib/courier/courier-authlib/authdaemond courier-authdaemon "the tests against Courier"
needFile /usr/sbin/makeuserdb courier-authlib-userdb "the tests against Courier"
unpacked=/var/lib/imapsh-test
unpack=()
needUnpacked() { # FILE PACKAGE
	[ -e "/$1" ] || [ -e "$unpacked/$2/$1" ] || unpack+=("$2")
}
needUnpacked usr/lib/cyrus/bin/imapd cyrus-imapd
needUnpacked usr/lib/courier/courier/imaplogin courier-imap
needUnpacked usr/bin/promtool prometheus
[[ " ${unpack[*]-} " == *" prometheus "* ]] || needUnpacked usr/bin/prometheus prometheus
[ ${#missing[@]} -gt 0 ] || [ ${#unpack[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	packages=()
	for m in "${missing[@]}"; do m=${m#*|}; packages+=("${m%%|*}"); done
	# Cyrus and Courier depend on a mailer. This is the smallest one, and it sends nothing until it is configured.
	case " ${packages[*]-} " in *" cyrus-common "* | *" courier-base "*)
		[ -e /usr/sbin/sendmail ] || packages+=(msmtp-mta) ;;
	esac
	echo "installing what the tests need; this takes a minute or two, only once: ${packages[*]-} ${unpack[*]-}"
	# Otherwise the packages would start their services; the tests start their own.
	policy=/usr/sbin/policy-rc.d
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	if [ ! -e $policy ]; then
		printf '#!/bin/sh\nexit 101\n' >$policy
		chmod +x $policy
		trap 'rm -rf "$work" $policy' EXIT
	fi
	get() { DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=180 "$@" >>"$work/log" 2>&1; }
	unpack_all() {
		local p
		for p in "${unpack[@]}"; do
			# It is moved when it is complete, because a part of it must not be used.
			(cd "$work" && get download "$p" && dpkg -x "$p"_*.deb "$p") || return 1
			[ "$p" != prometheus ] || find "$work/$p" ! -type d ! -name promtool ! -name prometheus -delete || return 1
			mkdir -p $unpacked && chmod 755 $unpacked "$work/$p" && rm -rf "${unpacked:?}/$p" && mv "$work/$p" "$unpacked/$p" || return 1
		done
	}
	step() { echo "  $*"; }
	if step "updating the list of packages" && get update &&
		step "installing ${#packages[@]} packages" &&
		{ [ ${#packages[@]} = 0 ] || get install -y --no-install-recommends "${packages[@]}"; } &&
		step "unpacking ${#unpack[@]} more" && unpack_all; then
		exit 0
	fi
	tail -5 "$work/log" >&2
fi
for m in "${missing[@]}"; do
	program=${m%%|*} rest=${m#*|}
	command -v "$program" >/dev/null || [ -e "$program" ] || echo "left out: ${rest#*|} (no $program; Debian has it in ${rest%%|*})"
done
for p in "${unpack[@]}"; do
	[ -e "$unpacked/$p" ] || case $p in
	prometheus) echo "left out: the tests against Prometheus, and the test that parses the output of check -o prometheus (Debian has it in $p)" ;;
	*) echo "left out: the tests against ${p%-*} (Debian has it in $p)" ;;
	esac
done

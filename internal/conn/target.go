package conn

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"imapsh/internal/wire"
)

// UsageError is about an argument or option that cannot be used; nothing was connected.
type UsageError struct {
	Text string // what is wrong, in one line; never contains a password
	Hint string // what to type instead; "" if there is nothing to suggest
}

func (e *UsageError) Error() string { return e.Text }

// ports are the well-known ports of the two schemes (RFC 9051 §2.1, RFC 8314 §3.2).
var ports = map[Scheme]string{IMAPS: "993", IMAP: "143"}

// otherSchemes are URL schemes of other protocols that people try, and the names of those protocols.
var otherSchemes = map[string]string{
	"pop": "POP3", "pop3": "POP3", "pop3s": "POP3",
	"smtp": "SMTP", "smtps": "SMTP", "submission": "SMTP", "submissions": "SMTP", "lmtp": "LMTP",
	"http": "HTTP", "https": "HTTP", "jmap": "JMAP",
	"sieve": "ManageSieve", "nntp": "NNTP", "ldap": "LDAP", "ldaps": "LDAP",
	"ftp": "FTP", "ssh": "SSH", "telnet": "telnet",
}

const (
	usageOfURL   = "imaps://[user@]host[:port][/mailbox], imap://…, host[:port] or unix:PATH"
	passwordHint = "leave it out: imapsh asks for it, or set IMAPSH_PASSWORD or use --password-command"
)

// ParseTarget parses the argument that names a server: a URL in the form of RFC 5092, with at most a mailbox;
// "unix:PATH"; or "host[:port]". Every error is a *UsageError.
func ParseTarget(arg string) (Target, error) {
	if arg == "" {
		return Target{}, &UsageError{"no server named", usageOfURL}
	}
	if path, ok := cutPrefixFold(arg, "unix:"); ok {
		return unixTarget(path)
	}
	name, rest, isURL := strings.Cut(arg, "://")
	if !isURL {
		return bareTarget(arg)
	}
	switch name = strings.ToLower(name); name {
	case "imaps":
		return hostTarget(Target{Scheme: IMAPS}, rest)
	case "imap":
		return hostTarget(Target{Scheme: IMAP}, rest)
	}
	return Target{}, foreignScheme(name, rest)
}

func unixTarget(path string) (Target, error) {
	// People who think in URLs write unix:///run/x.
	if strings.HasPrefix(path, "///") {
		path = path[2:]
	}
	if path == "" || strings.IndexByte(path, 0) >= 0 {
		return Target{}, &UsageError{"unix: must be followed by the path of a socket", "unix:/run/dovecot/imap"}
	}
	return Target{Scheme: Unix, Path: path}, nil
}

func foreignScheme(name, rest string) error {
	hint := usageOfURL
	if t, err := hostTarget(Target{Scheme: IMAPS}, rest); err == nil {
		// The port would be that of the other protocol.
		hint = Target{Scheme: IMAPS, Host: t.Host, User: t.User}.String()
	}
	if protocol, known := otherSchemes[name]; known {
		return &UsageError{name + ":// is " + protocol + ", imapsh speaks IMAP", hint}
	}
	return &UsageError{"unknown scheme " + quote(name), hint}
}

// bareTarget parses "host", "host:port" and the like, in which only the port says whether TLS is used.
func bareTarget(arg string) (Target, error) {
	if strings.HasPrefix(arg, "/") || strings.HasPrefix(arg, "./") || strings.HasPrefix(arg, "../") {
		return Target{}, &UsageError{quote(arg) + " is a path, not a host", "unix:" + arg + " if it is a socket"}
	}
	if a, err := netip.ParseAddr(arg); err == nil && a.Is6() {
		arg = "[" + arg + "]" // the complete argument is an IPv6 address
	}
	t, err := hostTarget(Target{Scheme: IMAPS, Port: "?"}, arg)
	if err != nil {
		return Target{}, err
	}
	switch t.Port {
	case "?":
		t.Port = ports[IMAPS]
		if t.User != "" {
			t.Domain = domainOf(t.Host)
		}
	case ports[IMAPS]:
	case ports[IMAP]:
		t.Scheme = IMAP
		t.Note = "port 143 is unencrypted imap (" + Target{Scheme: IMAPS, Host: t.Host}.String() + " uses TLS)"
	default:
		clear := Target{Scheme: IMAP, Host: t.Host, Port: t.Port}
		t.Note = "assuming imaps, TLS from the start (" + clear.String() + " is unencrypted)"
	}
	return t, nil
}

// hostTarget parses what follows "imaps://" into t, whose Port is the default.
//
//	[user[;AUTH=mechanism]@]host[:port][/mailbox]
func hostTarget(t Target, rest string) (Target, error) {
	authority, mailbox, _ := strings.Cut(rest, "/")
	user, hostport := "", authority
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		user, hostport = authority[:at], authority[at+1:]
		if user == "" {
			return t, &UsageError{"no user before the @", usageOfURL}
		}
	}
	if strings.Contains(user, ":") {
		return t, &UsageError{"a password does not belong in a URL, where others can see it", passwordHint}
	}
	host, port, err := splitHostPort(hostport)
	if err != nil {
		// A password with a "/" in it cuts the authority short: what looks like a port is then the
		// beginning of a secret, and must not be shown.
		if strings.Contains(rest, "@") && user == "" {
			return t, &UsageError{"a password does not belong in a URL, where others can see it", passwordHint}
		}
		return t, err
	}
	user, auth, has := cutAuth(user)
	if t.User, err = unescape("user", user); err != nil {
		return t, err
	}
	if t.Auth, err = unescape("mechanism", auth); err != nil {
		return t, err
	}
	if t.Auth = strings.ToUpper(t.Auth); has && !isMechanism(t.Auth) {
		return t, &UsageError{quote(auth) + " after ;AUTH= is not the name of a mechanism", "imaps://user;AUTH=SCRAM-SHA-256@host, or ;AUTH=* for the best one"}
	}
	if t.Mailbox, err = mailboxOfPath(mailbox); err != nil {
		return t, err
	}
	t.Host = host
	switch {
	case port != "":
		t.Port = port
	case t.Port == "":
		t.Port = ports[t.Scheme]
	}
	return t, nil
}

// cutAuth cuts iauth off the part before the "@": iuserinfo = enc-user [iauth] / [enc-user] iauth (RFC 5092 §11).
func cutAuth(userinfo string) (user, auth string, has bool) {
	i := strings.LastIndexByte(userinfo, ';')
	if i < 0 {
		return userinfo, "", false
	}
	if auth, has = cutPrefixFold(userinfo[i+1:], "AUTH="); !has {
		return userinfo, "", false
	}
	return userinfo[:i], auth, true
}

// isMechanism reports whether a name can be the name of a SASL mechanism (RFC 4422 §3.1), or is "*".
func isMechanism(name string) bool {
	for i := 0; i < len(name); i++ {
		if c := name[i]; !('A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_') {
			return name == "*"
		}
	}
	return name != "" && len(name) <= 20
}

// splitHostPort splits "host", "host:port", "[v6]" and "[v6]:port"; port is "" if there is none.
func splitHostPort(s string) (host, port string, err error) {
	host = s
	if strings.HasPrefix(s, "[") {
		end := strings.IndexByte(s, ']')
		if end < 0 {
			return "", "", &UsageError{"missing ] after the address in " + quote(s), "[::1]:993"}
		}
		host, s = s[1:end], s[end+1:]
		host = strings.Replace(host, "%25", "%", 1) // RFC 6874: the zone's %
		if a, aerr := netip.ParseAddr(host); aerr != nil || !a.Is6() {
			return "", "", &UsageError{quote(host) + " is not a valid IPv6 address", "[::1]:993"}
		}
		if s != "" && s[0] != ':' {
			return "", "", &UsageError{"only :port may follow ], not " + quote(s), "[::1]:993"}
		}
		port = strings.TrimPrefix(s, ":")
		if s == ":" {
			return "", "", badPort("")
		}
	} else {
		var colon bool
		if host, port, colon = strings.Cut(s, ":"); colon && port == "" {
			return "", "", badPort("")
		}
		if strings.Contains(port, ":") {
			return "", "", &UsageError{"more than one colon in " + quote(s), "write an IPv6 address in brackets: [::1]:993"}
		}
		if host == "" {
			return "", "", &UsageError{"no host named", usageOfURL}
		}
		if i := strings.IndexFunc(host, notInHost); i >= 0 {
			return "", "", &UsageError{quote(host) + " is not a valid host name", usageOfURL}
		}
	}
	if port != "" {
		n, perr := strconv.ParseUint(port, 10, 16)
		if perr != nil || n == 0 {
			return "", "", badPort(port)
		}
		port = strconv.FormatUint(n, 10)
	}
	return host, port, nil
}

func badPort(port string) error {
	return &UsageError{quote(port) + " is not a valid port (1 to 65535)", usageOfURL}
}

// notInHost reports whether a character is not allowed in a host name. Letters beyond ASCII are, for
// internationalized names.
func notInHost(r rune) bool {
	return r <= ' ' || r == 0x7f || strings.ContainsRune(`%/?#[]@\"<>^{|}`+"`", r)
}

// mailboxOfPath parses what follows the "/" after the host: only enc-mailbox of RFC 5092 §11.
func mailboxOfPath(path string) (string, error) {
	if i := strings.IndexAny(path, ";?"); i >= 0 {
		return "", &UsageError{
			"the URL names more than a mailbox: " + quote(path[i:]),
			"only /mailbox is supported; write ; or ? in its name as %3B or %3F",
		}
	}
	return unescape("mailbox", path)
}

func unescape(what, s string) (string, error) {
	out, err := url.PathUnescape(s)
	if err != nil {
		return "", &UsageError{"invalid percent-encoding in the " + what + " " + quote(s), "write % itself as %25"}
	}
	// A line end in it would end the command that it becomes part of, and begin another one.
	if i := strings.IndexAny(out, "\r\n\x00"); i >= 0 {
		return "", &UsageError{fmt.Sprintf("the %s %s contains %%%02x: CR, LF and NUL are not allowed in the %s of a URL", what, quote(s), out[i], what), usageOfURL}
	}
	return out, nil
}

// String returns the canonical URL, without the scheme's default port. ParseTarget turns it into the same
// Target again, except for the Note, and for a Tunnel, which cannot be written as a URL.
func (t Target) String() string {
	switch t.Scheme {
	case Unix:
		return "unix:" + t.Path
	case Tunnel:
		return "tunnel:" + t.Path
	}
	var b strings.Builder
	b.WriteString(map[Scheme]string{IMAPS: "imaps://", IMAP: "imap://"}[t.Scheme])
	if t.User != "" || t.Auth != "" {
		escapeURL(&b, t.User, "")
		if t.Auth != "" {
			b.WriteString(";AUTH=" + t.Auth)
		}
		b.WriteByte('@')
	}
	if strings.Contains(t.Host, ":") {
		b.WriteString("[" + strings.Replace(t.Host, "%", "%25", 1) + "]")
	} else {
		b.WriteString(t.Host)
	}
	if t.Port != "" && t.Port != ports[t.Scheme] {
		b.WriteString(":" + t.Port)
	}
	if t.Mailbox != "" {
		b.WriteByte('/')
		escapeURL(&b, t.Mailbox, "/:@")
	}
	return b.String()
}

// Addr returns "host:port", the path of the socket, or the command: what an error names.
func (t Target) Addr() string {
	if t.Scheme == Unix || t.Scheme == Tunnel {
		return t.Path
	}
	return net.JoinHostPort(t.Host, t.Port)
}

// in returns the same server with another scheme and port; "" for the scheme's default port.
func (t Target) in(s Scheme, port string) Target {
	return Target{Scheme: s, Host: t.Host, Port: port, User: t.User, Auth: t.Auth}
}

// escapeURL percent-encodes all characters except achar of RFC 5092 §11 and those in also.
func escapeURL(b *strings.Builder, s, also string) {
	const hex = "0123456789ABCDEF"
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
			strings.IndexByte("-._~!$'()*+,&=", c) >= 0 || strings.IndexByte(also, c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// quote returns what was typed or received in the form for messages: in quotes, and safe on a terminal.
func quote(s string) string { return `"` + wire.EscapeString(s) + `"` }

package conn

import "bytes"

// doors are the beginnings of greetings of other protocols.
var doors = []struct{ prefix, name string }{
	{"+OK", "POP3"},
	{"220", "SMTP or FTP"},
	{"421", "SMTP or FTP"},
	{"554", "SMTP"},
	{"HTTP/", "HTTP"},
	{"<!DOCTYPE", "HTTP"},
	{"<html", "HTTP"},
	{"SSH-", "SSH"},
	{"200 ", "NNTP"},
	{"\"IMPLEMENTATION\"", "ManageSieve"},
}

// WrongDoor reports whether the first bytes that a server sent belong to a protocol other than IMAP; hint
// then says in one line which it is and which URL to try.
func WrongDoor(t Target, greeting []byte) (hint string, wrong bool) {
	if len(greeting) >= 2 && greeting[0] == 0x15 && greeting[1] == 0x03 { // a TLS record (RFC 8446 §5.1): alert, version 3.x
		if t.Scheme == IMAP {
			return "the server speaks TLS: try " + t.in(IMAPS, t.Port).String(), true
		}
		return "the server speaks TLS", true
	}
	for _, d := range doors {
		if len(greeting) >= len(d.prefix) && bytes.EqualFold(greeting[:len(d.prefix)], []byte(d.prefix)) {
			return "this is " + d.name + ", not IMAP" + elsewhere(t), true
		}
	}
	return "", false
}

// elsewhere says where IMAP may be on the same host.
func elsewhere(t Target) string {
	if t.Scheme != IMAPS && t.Scheme != IMAP {
		return ""
	}
	there := t.in(IMAPS, "")
	if t.Scheme == IMAPS && t.Port == ports[IMAPS] {
		there = t.in(IMAP, "")
	}
	return ": try " + there.String()
}

// SilenceHint returns what to say about a server that accepts a connection but sends no greeting; "" if there
// is nothing to suggest.
func SilenceHint(t Target) string {
	switch {
	case t.Scheme != IMAP:
		return ""
	case t.Port == ports[IMAPS]:
		return "that port uses TLS: try " + t.in(IMAPS, t.Port).String()
	case t.Port == ports[IMAP]:
		return ""
	}
	return "that port may expect TLS: try " + t.in(IMAPS, t.Port).String()
}

// CutOffHint returns what to say about a connection that ended before the server sent anything; "" if there is nothing
// to suggest.
func CutOffHint(t Target) string {
	switch {
	case t.Scheme != IMAP && t.Scheme != IMAPS:
		return ""
	case t.Scheme == IMAP && t.Port != ports[IMAP]:
		return cutOff + "; if that port expects TLS: " + t.in(IMAPS, t.Port).String()
	}
	return cutOff
}

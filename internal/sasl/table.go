package sasl

import (
	"crypto"
	_ "crypto/sha1" // the hashes that SCRAM names
	_ "crypto/sha256"
	_ "crypto/sha512"
)

var mechanisms = []Mechanism{
	{Name: "PLAIN", Needs: Password, Reveals: true, First: true, Acts: true, Rank: 20, New: newPlain, read: readPlain,
		RFC: "RFC 4616", Help: "sends user name and password readably (base64)"},
	{Name: "LOGIN", Needs: Password, Reveals: true, Rank: 10, New: newLogin, read: readLogin,
		RFC: "draft-murchison-sasl-login", Help: "sends user name and password readably, one after the other"},
	{Name: "XOAUTH2", Needs: Token, Reveals: true, First: true, Rank: 10, New: newXOAuth2, read: readXOAuth2,
		RFC: "Google and Microsoft OAuth 2.0", Help: "sends a user name and an access token"},
	{Name: "OAUTHBEARER", Needs: Token, Reveals: true, First: true, Acts: true, Rank: 20, New: newOAuthBearer, read: readOAuthBearer,
		RFC: "RFC 7628", Help: "sends a user name and an access token"},
	{Name: "CRAM-MD5", Needs: Password, Rank: 30, New: newCRAMMD5, read: readCRAM,
		RFC: "RFC 2195", Help: "sends a digest of the password and a challenge"},
	{Name: "DIGEST-MD5", Needs: Password, Acts: true, Rank: 40, New: newDigestMD5, read: readDigest,
		RFC: "RFC 2831", Help: "sends a digest of the password and challenges (historic)"},
	{Name: "SCRAM-SHA-1", Needs: Password, First: true, Acts: true, Rank: 50, New: newSCRAM(crypto.SHA1, false), read: readSCRAM,
		RFC: "RFC 5802", Help: "proves that you know the password without sending it"},
	{Name: "SCRAM-SHA-1-PLUS", Needs: Password, First: true, Binds: true, Acts: true, Rank: 80, New: newSCRAM(crypto.SHA1, true), read: readSCRAM,
		RFC: "RFC 5802", Help: "the same, tied to the TLS connection"},
	{Name: "SCRAM-SHA-256", Needs: Password, First: true, Acts: true, Rank: 60, New: newSCRAM(crypto.SHA256, false), read: readSCRAM,
		RFC: "RFC 7677", Help: "proves that you know the password without sending it"},
	{Name: "SCRAM-SHA-256-PLUS", Needs: Password, First: true, Binds: true, Acts: true, Rank: 90, New: newSCRAM(crypto.SHA256, true), read: readSCRAM,
		RFC: "RFC 7677", Help: "the same, tied to the TLS connection"},
	{Name: "SCRAM-SHA-512", Needs: Password, First: true, Acts: true, Rank: 70, New: newSCRAM(crypto.SHA512, false), read: readSCRAM,
		RFC: "draft-melnikov-scram-sha-512", Help: "proves that you know the password without sending it"},
	{Name: "SCRAM-SHA-512-PLUS", Needs: Password, First: true, Binds: true, Acts: true, Rank: 100, New: newSCRAM(crypto.SHA512, true), read: readSCRAM,
		RFC: "draft-melnikov-scram-sha-512", Help: "the same, tied to the TLS connection"},
	{Name: "GSSAPI", First: true,
		RFC: "RFC 4752", Help: "Kerberos 5; not built into imapsh: you type the answers, in base64"},
	{Name: "GS2-KRB5", First: true,
		RFC: "RFC 5801", Help: "Kerberos 5; not built into imapsh: you type the answers, in base64"},
	{Name: "NTLM", Needs: Password, First: true,
		RFC: "MS-NLMP", Help: "Windows challenge and response; not built into imapsh: you type the answers, in base64"},
	{Name: "EXTERNAL", First: true, Acts: true, New: newExternal, read: readExternal,
		RFC: "RFC 4422 appendix A", Help: "uses the identity that TLS or the socket gives you"},
	{Name: "ANONYMOUS", First: true, New: newAnonymous, read: readAnonymous,
		RFC: "RFC 4505", Help: "logs in without an account"},
}

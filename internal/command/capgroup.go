package command

import "strings"

// CapabilityGroup says what a capability is about.
type CapabilityGroup uint8

const (
	GroupProtocol       CapabilityGroup = iota // a version of IMAP
	GroupAuthentication                        // how to log in, and what comes before it
	GroupExtension                             // any other in the table
	GroupUnknown                               // not in the table
	CapabilityGroups                           // the number of groups
)

// authentication are the capabilities of GroupAuthentication besides AUTH=….
var authentication = map[string]bool{"LOGINDISABLED": true, "SASL-IR": true, "STARTTLS": true, "LOGIN-REFERRALS": true, "UNAUTHENTICATE": true}

// GroupOf returns the group of a capability as advertised, in upper or lower case.
func GroupOf(name string) CapabilityGroup {
	switch upper := strings.ToUpper(name); {
	case strings.HasPrefix(upper, "AUTH="), authentication[upper]:
		return GroupAuthentication
	case upper == "IMAP4", upper == "IMAP4REV1", upper == "IMAP4REV2":
		return GroupProtocol
	case LookupCapability(name) == nil:
		return GroupUnknown
	}
	return GroupExtension
}

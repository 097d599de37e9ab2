package check

// A need is what a step needs before it can be taken. Each includes the one before.
type need uint8

const (
	nothing  need = iota
	link          // a connection
	login         // to be logged in
	selected      // the mailbox to examine, selected
	scratch       // the scratch mailbox, selected for writing
)

// A step is a row of the table of steps.
type step struct {
	name   string
	needs  need
	writes bool // it is taken only with Options.Write
	run    func(*run) error
}

// steps are all steps, in the order in which they are taken.
var steps = []step{
	{"resolve", nothing, false, (*run).resolve},
	{"connect", nothing, false, (*run).connect},
	{"tls", nothing, false, (*run).tls},
	{"greeting", nothing, false, (*run).greeting},
	{"capabilities", nothing, false, (*run).capabilities},
	{"starttls", nothing, false, (*run).starttls},
	{"login", nothing, false, (*run).login},
	{"capabilities_after_login", login, false, (*run).capabilitiesAfter},
	{"namespace", login, false, (*run).namespace},
	{"list", login, false, (*run).list},
	{"select", login, false, (*run).selectMailbox},
	{"fetch", selected, false, (*run).fetch},
	{"search", selected, false, (*run).search},
	{"status", login, false, (*run).status},
	{"quota", login, false, (*run).quota},
	{"idle", selected, false, (*run).idle},
	{"create", login, true, (*run).create},
	{"append", login, true, (*run).append},
	{"push", scratch, true, (*run).push},
	{"store", scratch, true, (*run).store},
	{"copy", scratch, true, (*run).copy},
	{"move", scratch, true, (*run).move},
	{"expunge", scratch, true, (*run).expunge},
	{"delete", login, true, (*run).delete},
	{"logout", link, false, (*run).logout},
}

// StepNames returns the names of the steps in order. Those from "create" to "delete" need Options.Write. The last
// two are taken only if necessary: "connection" reports violations found outside the other steps, and "cleanup"
// removes what is left of the scratch mailbox.
func StepNames() []string {
	names := make([]string, 0, len(steps)+1)
	for _, s := range steps {
		names = append(names, s.name)
	}
	return append(names, "connection", "cleanup")
}

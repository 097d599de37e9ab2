package check

// need is what a step must find.
type need uint8

const (
	nothing  need = iota
	link          // a connection
	login         // a login
	selected      // the mailbox to examine, open
	scratch       // the scratch mailbox, open for writing
)

// A step is a row of the table of steps.
type step struct {
	name   string
	needs  need
	writes bool // of Options.Write
	run    func(*run) error
}

// steps are what is done, in this order.
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

// StepNames are the steps in their order. Those from "create" to "delete" are of Options.Write.
// Two more follow only if they have something to say: "connection", for deviations
// met on a new connection before it served a step, and "cleanup", when something was left to remove.
func StepNames() []string {
	names := make([]string, 0, len(steps)+1)
	for _, s := range steps {
		names = append(names, s.name)
	}
	return append(names, "connection", "cleanup")
}

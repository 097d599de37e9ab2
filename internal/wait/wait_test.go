package wait

import (
	"fmt"
	"strings"
	"testing"
)

func TestATaskContinuesWhenItsConditionHolds(t *testing.T) {
	var ts Tasks
	var did []string
	n := 0
	ts.Go(func(t *Task) {
		for i := 1; i <= 3; i++ {
			t.Until(func() bool { return n >= i })
			did = append(did, fmt.Sprint("saw ", i))
		}
	})
	if len(did) != 0 {
		t.Fatalf("ran before Run: %q", did)
	}
	ts.Run()
	for n = 1; n <= 3; n++ {
		if !ts.Run() {
			t.Fatalf("nothing ran at %d", n)
		}
	}
	if got := strings.Join(did, ", "); got != "saw 1, saw 2, saw 3" {
		t.Errorf("got %q", got)
	}
	if ts.Run() {
		t.Error("an ended task ran")
	}
}

func TestAConditionThatHoldsAlreadyCostsNoTurn(t *testing.T) {
	var ts Tasks
	task := ts.Go(func(t *Task) { t.Until(func() bool { return true }) })
	ts.Run()
	if !task.Ended() {
		t.Error("the task waited")
	}
}

func TestStoppingATaskRunsItsDeferredCalls(t *testing.T) {
	var ts Tasks
	var did []string
	task := ts.Go(func(t *Task) {
		defer func() { did = append(did, "deferred") }()
		t.Until(func() bool { return false })
		did = append(did, "never")
	})
	ts.Go(func(t *Task) { t.Until(func() bool { return task.Ended() }); did = append(did, "the other continues") })
	ts.Run()
	task.Stop()
	ts.Run()
	if got := strings.Join(did, ", "); got != "deferred, the other continues" {
		t.Errorf("got %q", got)
	}
}

func TestATaskThatNeverRanIsStopped(t *testing.T) {
	var ts Tasks
	ts.Go(func(*Task) { panic("it ran") })
	ts.Stop()
	if ts.Run() {
		t.Error("it ran")
	}
}

func TestATaskAddedByATaskRuns(t *testing.T) {
	var ts Tasks
	ran := false
	ts.Go(func(*Task) { ts.Go(func(*Task) { ran = true }) })
	ts.Run()
	if !ran {
		t.Error("it did not run")
	}
}

func TestYieldLetsOthersContinueFirst(t *testing.T) {
	var ts Tasks
	var did []string
	ts.Go(func(t *Task) { did = append(did, "a1"); t.Yield(); did = append(did, "a2") })
	ts.Go(func(t *Task) { did = append(did, "b1") })
	for ts.Run() {
	}
	if got := strings.Join(did, " "); got != "a1 b1 a2" {
		t.Errorf("got %q", got)
	}
}

func TestAPanicReachesTheCaller(t *testing.T) {
	var ts Tasks
	ts.Go(func(*Task) { panic("boom") })
	defer func() {
		if p := recover(); p != "boom" {
			t.Errorf("recovered %v", p)
		}
	}()
	ts.Run()
	t.Error("it did not panic")
}

func BenchmarkAWait(b *testing.B) {
	var ts Tasks
	turn := 0
	ts.Go(func(t *Task) {
		for i := 1; ; i++ {
			t.Until(func() bool { return turn >= i })
		}
	})
	ts.Run()
	b.ReportAllocs()
	for b.Loop() {
		turn++
		ts.Run()
	}
	ts.Stop()
}

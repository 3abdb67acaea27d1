package lineedit

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// With shellEnv set this binary is a shell on its own terminal.
const shellEnv = "LINEEDIT_TEST_SHELL"

func TestMain(m *testing.M) {
	if os.Getenv(shellEnv) != "" {
		os.Exit(testShell())
	}
	if os.Getenv(writerEnv) != "" {
		os.Exit(writer())
	}
	status := m.Run()
	if left := children(); left != "" {
		fmt.Println("FAIL: processes left behind:", left)
		status = 1
	}
	os.Exit(status)
}

// children lists the processes that this one has started.
func children() string {
	var left []string
	files, _ := filepath.Glob("/proc/self/task/*/children")
	for _, f := range files {
		b, _ := os.ReadFile(f)
		left = append(left, strings.Fields(string(b))...)
	}
	return strings.Join(left, " ")
}

var words = []string{"msgget", "msgsnd", "msgrcv", "큐하나", "큐하둘", "semget"}

func complete(line string, pos int) (int, []Item) {
	from := strings.LastIndexAny(line[:pos], " (,") + 1
	var items []Item
	for _, w := range words {
		if strings.HasPrefix(w, line[from:pos]) {
			items = append(items, Item{Text: w})
		}
	}
	return from, items
}

func testShell() int {
	h, _ := OpenHistory(os.Getenv("LINEEDIT_TEST_HISTORY"))
	prompt := "ipcsh> "
	if p, ok := os.LookupEnv("LINEEDIT_TEST_PROMPT"); ok {
		prompt = p
	}
	e, err := New(Config{In: os.Stdin, Out: os.Stdout, Complete: complete, History: h, Search: "search ",
		More: func(n int) string { return fmt.Sprint("and ", n, " more") }})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer e.Close()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		<-signals
		e.Close()
		os.Exit(3)
	}()
	for {
		s, err := e.ReadLine(prompt)
		switch {
		case err == io.EOF:
			fmt.Println("EOF")
			return 0
		case errors.Is(err, ErrInterrupt):
			fmt.Printf("INT %q\n", s)
			continue
		case s == "panic":
			panic(s)
		}
		h.Add(s)
		fmt.Printf("=%q\n", s)
	}
}

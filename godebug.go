//go:build go1.26

// The behaviour of the Go that builds the program, not that of go.mod's: to read the
// list of what has changed since takes a fiftieth of the start.

//go:debug default=go1.26

package main

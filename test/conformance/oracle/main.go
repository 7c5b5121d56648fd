// The oracle drives Go libcni by JSON lines. It reads one request per line from standard input, and writes one answer per
// line to standard output, in any order; `id` matches answers to requests.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"
)

// How many requests run at a time: enough to keep two cores busy, few enough not to run out of processes.
const parallel = 16

func main() {
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	var writing sync.Mutex
	var running sync.WaitGroup
	slots := make(chan struct{}, parallel)
	lines := bufio.NewReaderSize(os.Stdin, 1<<16)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 1 {
			slots <- struct{}{}
			running.Add(1)
			go func() {
				defer running.Done()
				answer := answerLine(line)
				writing.Lock()
				defer writing.Unlock()
				if err := out.Encode(answer); err != nil {
					fmt.Fprintln(os.Stderr, "oracle: cannot write an answer:", err)
					os.Exit(1)
				}
				<-slots
			}()
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "oracle: cannot read requests:", err)
			os.Exit(1)
		}
	}
	running.Wait()
}

func answerLine(line []byte) answer {
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		fmt.Fprintln(os.Stderr, "oracle: not a request:", err)
		os.Exit(1)
	}
	result := perform(&asked)
	result.ID = asked.ID
	return result
}

func perform(asked *request) (result answer) {
	operation, known := operations[asked.Op]
	if !known {
		fmt.Fprintf(os.Stderr, "oracle: no operation %q\n", asked.Op)
		os.Exit(1)
	}
	defer func() {
		if reason := recover(); reason != nil {
			result = answer{Outcome: "panic", Message: fmt.Sprint(reason)}
		}
	}()
	value, err := operation(asked)
	if err != nil {
		return failed(err)
	}
	// Encodes here, where a panic of the encoder can still be caught.
	encoded, err := json.Marshal(value)
	if err != nil {
		return failed(fmt.Errorf("encoding: %w", err))
	}
	return answer{Outcome: "ok", Value: encoded}
}

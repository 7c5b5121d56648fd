// Command anchor runs the reference CNI library on request. It reads one task per line of JSON from standard input, and
// writes its duration as a line to standard output. One process serves a whole bench, so no figure includes its start.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// task is a request of the bench. Every kind uses some of the fields.
type task struct {
	Kind        string `json:"kind"`
	Count       int    `json:"count"`
	Concurrency int    `json:"concurrency"`
	PluginDir   string `json:"pluginDir"`
	CacheDir    string `json:"cacheDir"`
	ConfDir     string `json:"confDir"`
	Config      string `json:"config"`
	Network     string `json:"network"`
	Synced      bool   `json:"synced"`
}

type answer struct {
	WallMs float64 `json:"wallMs"`
	Error  string  `json:"error,omitempty"`
}

var kinds = map[string]func(task) (func() error, error){
	"plugin":      pluginRuns,
	"list":        listRounds,
	"validate":    validateList,
	"load":        loadNetwork,
	"parse":       parseAll,
	"attachments": listAttachments,
	"gc":          collectGarbage,
}

func main() {
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(nil, 16<<20)
	output := json.NewEncoder(os.Stdout)
	for input.Scan() {
		if err := output.Encode(perform(input.Bytes())); err != nil {
			os.Exit(1)
		}
	}
}

func perform(line []byte) answer {
	wallMs, err := measure(line)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{WallMs: wallMs}
}

func measure(line []byte) (float64, error) {
	var wanted task
	if err := json.Unmarshal(line, &wanted); err != nil {
		return 0, err
	}
	prepare, known := kinds[wanted.Kind]
	if !known {
		return 0, fmt.Errorf("no such kind of task: %q", wanted.Kind)
	}
	run, err := prepare(wanted)
	if err != nil {
		return 0, err
	}
	start := time.Now()
	err = run()
	return float64(time.Since(start).Nanoseconds()) / 1e6, err
}

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/containernetworking/cni/libcni"
	"github.com/containernetworking/cni/pkg/invoke"
)

// repeat calls run for 0 to Count-1, Concurrency at a time, and returns one of the failures.
func repeat(wanted task, run func(index int) error) error {
	var next atomic.Int64
	var workers sync.WaitGroup
	var once sync.Once
	var failure error
	work := func() {
		defer workers.Done()
		for index := next.Add(1) - 1; index < int64(wanted.Count); index = next.Add(1) - 1 {
			if err := run(int(index)); err != nil {
				once.Do(func() { failure = err })
				return
			}
		}
	}
	for range max(wanted.Concurrency, 1) {
		workers.Add(1)
		go work()
	}
	workers.Wait()
	return failure
}

// pluginRuns runs only the no-op plugin, with the library's own executor.
func pluginRuns(wanted task) (func() error, error) {
	plugin := filepath.Join(wanted.PluginDir, "noop")
	executor := &invoke.RawExec{Stderr: os.Stderr}
	environment := append(os.Environ(), "CNI_COMMAND=ADD")
	return func() error {
		return repeat(wanted, func(int) error {
			_, err := executor.ExecPlugin(context.Background(), plugin, []byte(wanted.Config), environment)
			return err
		})
	}, nil
}

// listRounds attaches, checks and detaches Count containers, Concurrency at a time.
func listRounds(wanted task) (func() error, error) {
	list, err := libcni.ConfListFromBytes([]byte(wanted.Config))
	if err != nil {
		return nil, err
	}
	cni := newRuntime(wanted)
	return func() error {
		return repeat(wanted, func(index int) error { return oneRound(cni, list, index, wanted) })
	}, nil
}

func oneRound(cni *libcni.CNIConfig, list *libcni.NetworkConfigList, index int, wanted task) error {
	attachment := &libcni.RuntimeConf{
		ContainerID: fmt.Sprintf("container%d", index),
		NetNS:       "/run/netns/bench",
		IfName:      "eth0",
		Args:        [][2]string{{"IgnoreUnknown", "1"}},
	}
	ctx := context.Background()
	if _, err := cni.AddNetworkList(ctx, list, attachment); err != nil {
		return err
	}
	if wanted.Synced {
		if err := syncRecord(wanted.CacheDir, list.Name, attachment); err != nil {
			return err
		}
	}
	if err := cni.CheckNetworkList(ctx, list, attachment); err != nil {
		return err
	}
	return cni.DelNetworkList(ctx, list, attachment)
}

// syncRecord syncs the record of an attachment to disk, as the library for Node does with `sync: true`.
func syncRecord(cacheDir, network string, attachment *libcni.RuntimeConf) error {
	folder := filepath.Join(cacheDir, "results")
	name := fmt.Sprintf("%s-%s-%s", network, attachment.ContainerID, attachment.IfName)
	for _, path := range []string{filepath.Join(folder, name), folder} {
		if err := syncPath(path); err != nil {
			return err
		}
	}
	return nil
}

func syncPath(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	return file.Sync()
}

// validateList asks every plugin of a list for its versions, Count times.
func validateList(wanted task) (func() error, error) {
	list, err := libcni.ConfListFromBytes([]byte(wanted.Config))
	if err != nil {
		return nil, err
	}
	cni := newRuntime(wanted)
	return func() error {
		return repeat(wanted, func(int) error {
			_, err := cni.ValidateNetworkList(context.Background(), list)
			return err
		})
	}, nil
}

func newRuntime(wanted task) *libcni.CNIConfig {
	return libcni.NewCNIConfigWithCacheDir([]string{wanted.PluginDir}, wanted.CacheDir, nil)
}

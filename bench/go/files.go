package main

import (
	"context"
	"fmt"

	"github.com/containernetworking/cni/libcni"
)

// loadNetwork finds a network in a folder by name.
func loadNetwork(wanted task) (func() error, error) {
	return func() error {
		_, err := libcni.LoadNetworkConf(wanted.ConfDir, wanted.Network)
		return err
	}, nil
}

// parseAll loads every list in a folder.
func parseAll(wanted task) (func() error, error) {
	return func() error {
		files, err := libcni.ConfFiles(wanted.ConfDir, []string{".conflist"})
		if err != nil {
			return err
		}
		if err := expectCount(len(files), wanted.Count); err != nil {
			return err
		}
		for _, file := range files {
			if _, err := libcni.NetworkConfFromFile(file); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// listAttachments reads the whole cache.
func listAttachments(wanted task) (func() error, error) {
	cni := newRuntime(wanted)
	return func() error {
		attachments, err := cni.GetCachedAttachments("")
		if err != nil {
			return err
		}
		return expectCount(len(attachments), wanted.Count)
	}, nil
}

// collectGarbage removes every attachment of a network.
func collectGarbage(wanted task) (func() error, error) {
	list, err := libcni.ConfListFromBytes([]byte(wanted.Config))
	if err != nil {
		return nil, err
	}
	cni := newRuntime(wanted)
	return func() error {
		return cni.GCNetworkList(context.Background(), list, &libcni.GCArgs{})
	}, nil
}

func expectCount(got, wanted int) error {
	if got == wanted {
		return nil
	}
	return fmt.Errorf("%d found, not %d", got, wanted)
}

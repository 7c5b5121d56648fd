package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/containernetworking/cni/libcni"
	"github.com/containernetworking/cni/pkg/types"
)

// A request. Its operation determines which fields count.
type request struct {
	ID         int                    `json:"id"`
	Op         string                 `json:"op"`
	Bytes      []byte                 `json:"bytes"`
	Values     map[string]interface{} `json:"values"`
	Dir        string                 `json:"dir"`
	Name       string                 `json:"name"`
	File       string                 `json:"file"`
	Extensions []string               `json:"extensions"`
	To         string                 `json:"to"`
	Runtime    runtimeConf            `json:"rt"`
	Path       []string               `json:"path"`
	CacheDir   string                 `json:"cacheDir"`
	GC         *gcArgs                `json:"gc"`
	Plugin     string                 `json:"plugin"`
	Single     bool                   `json:"single"`
	Kind       string                 `json:"kind"`
	Text       string                 `json:"text"`
	Trace      *traceContext          `json:"trace"`
}

type runtimeConf struct {
	ContainerID    string                 `json:"containerId"`
	NetNS          string                 `json:"netns"`
	IfName         string                 `json:"ifName"`
	Args           [][2]string            `json:"args"`
	CapabilityArgs map[string]interface{} `json:"capabilityArgs"`
}

func (r runtimeConf) libcni() *libcni.RuntimeConf {
	return &libcni.RuntimeConf{
		ContainerID:    r.ContainerID,
		NetNS:          r.NetNS,
		IfName:         r.IfName,
		Args:           r.Args,
		CapabilityArgs: r.CapabilityArgs,
	}
}

type gcArgs struct {
	ValidAttachments []gcAttachment `json:"validAttachments"`
}

type gcAttachment struct {
	ContainerID string `json:"containerId"`
	IfName      string `json:"ifName"`
}

func (g *gcArgs) libcni() *libcni.GCArgs {
	if g == nil {
		return nil
	}
	args := &libcni.GCArgs{ValidAttachments: []types.GCAttachment{}}
	for _, valid := range g.ValidAttachments {
		attachment := types.GCAttachment{ContainerID: valid.ContainerID, IfName: valid.IfName}
		args.ValidAttachments = append(args.ValidAttachments, attachment)
	}
	return args
}

type answer struct {
	ID      int             `json:"id"`
	Outcome string          `json:"outcome"`
	Value   json.RawMessage `json:"value,omitempty"`
	// Why it failed, for humans.
	Message string `json:"message,omitempty"`
	// The classes of failure that callers distinguish.
	Kind string `json:"kind,omitempty"`
	// The error object of a plugin.
	Reported *types.Error `json:"reported,omitempty"`
}

func failed(err error) answer {
	result := answer{Outcome: "error", Message: err.Error(), Kind: "other"}
	var notFound libcni.NotFoundError
	var noConfigs libcni.NoConfigsFoundError
	var reported *types.Error
	switch {
	case errors.As(err, &notFound):
		result.Kind = "not-found"
	case errors.As(err, &noConfigs):
		result.Kind = "no-configs"
	case errors.Is(err, libcni.ErrorCheckNotSupp):
		result.Kind = "check-unsupported"
	case errors.As(err, &reported) && isFromPlugin(reported):
		result.Kind = "reported"
		result.Reported = reported
	case reported != nil && strings.HasPrefix(reported.Msg, pluginFailed):
		result.Kind = "plugin-failed"
	case reported != nil:
		result.Kind = fmt.Sprintf("code-%d", reported.Code)
	}
	return result
}

// The beginning of Go libcni's message about a plugin that did not report an error.
const pluginFailed = "netplugin failed"

// Go libcni uses the type of plugin errors for some errors of its own too; those begin like this.
var ownFindings = []string{
	pluginFailed,
	"missing containerID", "invalid characters in containerID",
	"missing network name:", "invalid characters found in network name",
	"interface name ",
}

func isFromPlugin(reported *types.Error) bool {
	for _, beginning := range ownFindings {
		if strings.HasPrefix(reported.Msg, beginning) {
			return false
		}
	}
	return true
}

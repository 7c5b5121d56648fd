package main

import (
	"context"

	"github.com/containernetworking/cni/libcni"
)

var cachedResult = onList(
	func(_ context.Context, config *libcni.CNIConfig, list *libcni.NetworkConfigList, asked *request) (interface{}, error) {
		return config.GetNetworkListCachedResult(list, asked.Runtime.libcni())
	},
	func(_ context.Context, config *libcni.CNIConfig, plugin *libcni.PluginConfig, asked *request) (interface{}, error) {
		return config.GetNetworkCachedResult(plugin, asked.Runtime.libcni())
	},
)

var cachedConfig = onList(
	func(_ context.Context, config *libcni.CNIConfig, list *libcni.NetworkConfigList, asked *request) (interface{}, error) {
		return viewCachedConfig(config.GetNetworkListCachedConfig(list, asked.Runtime.libcni()))
	},
	func(_ context.Context, config *libcni.CNIConfig, plugin *libcni.PluginConfig, asked *request) (interface{}, error) {
		return viewCachedConfig(config.GetNetworkCachedConfig(plugin, asked.Runtime.libcni()))
	},
)

type cachedConfigView struct {
	Config  []byte      `json:"config"`
	Runtime runtimeConf `json:"rt"`
}

func viewCachedConfig(config []byte, rt *libcni.RuntimeConf, err error) (interface{}, error) {
	if err != nil || rt == nil {
		return nil, err
	}
	return cachedConfigView{
		Config: append([]byte{}, config...),
		Runtime: runtimeConf{
			ContainerID:    rt.ContainerID,
			NetNS:          rt.NetNS,
			IfName:         rt.IfName,
			Args:           orNoArgs(rt.Args),
			CapabilityArgs: orNone(rt.CapabilityArgs),
		},
	}, nil
}

type attachmentView struct {
	ContainerID    string                 `json:"containerId"`
	Network        string                 `json:"network"`
	IfName         string                 `json:"ifName"`
	Config         []byte                 `json:"config"`
	NetNS          string                 `json:"netns"`
	CniArgs        [][2]string            `json:"cniArgs"`
	CapabilityArgs map[string]interface{} `json:"capabilityArgs"`
}

func attachments(asked *request) (interface{}, error) {
	found, err := newConfig(asked).GetCachedAttachments(asked.Runtime.ContainerID)
	if err != nil {
		return nil, err
	}
	views := []attachmentView{}
	for _, attachment := range found {
		views = append(views, attachmentView{
			ContainerID:    attachment.ContainerID,
			Network:        attachment.Network,
			IfName:         attachment.IfName,
			Config:         append([]byte{}, attachment.Config...),
			NetNS:          attachment.NetNS,
			CniArgs:        orNoArgs(attachment.CniArgs),
			CapabilityArgs: orNone(attachment.CapabilityArgs),
		})
	}
	return views, nil
}

func orNoArgs(args [][2]string) [][2]string {
	return append([][2]string{}, args...)
}

func orNone(values map[string]interface{}) map[string]interface{} {
	if values == nil {
		return map[string]interface{}{}
	}
	return values
}

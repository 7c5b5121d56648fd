package main

import (
	"sort"

	"github.com/containernetworking/cni/libcni"
)

type listView struct {
	Name                   string       `json:"name"`
	CNIVersion             string       `json:"cniVersion"`
	DisableCheck           bool         `json:"disableCheck"`
	DisableGC              bool         `json:"disableGC"`
	LoadOnlyInlinedPlugins bool         `json:"loadOnlyInlinedPlugins"`
	Plugins                []pluginView `json:"plugins"`
	Bytes                  []byte       `json:"bytes"`
}

type pluginView struct {
	Network networkView `json:"network"`
	Bytes   []byte      `json:"bytes"`
}

type networkView struct {
	CNIVersion       string                 `json:"cniVersion"`
	Name             string                 `json:"name"`
	Type             string                 `json:"type"`
	Capabilities     map[string]bool        `json:"capabilities"`
	IPAMType         string                 `json:"ipamType"`
	Nameservers      []string               `json:"nameservers"`
	Domain           string                 `json:"domain"`
	Search           []string               `json:"search"`
	Options          []string               `json:"options"`
	PrevResult       map[string]interface{} `json:"prevResult"`
	ValidAttachments []gcAttachment         `json:"validAttachments"`
}

func parseList(asked *request) (interface{}, error) {
	return viewList(libcni.NetworkConfFromBytes(asked.Bytes))
}

func listFromFile(asked *request) (interface{}, error) {
	return viewList(libcni.NetworkConfFromFile(asked.File))
}

func loadNetworkConf(asked *request) (interface{}, error) {
	return viewList(libcni.LoadNetworkConf(asked.Dir, asked.Name))
}

func upconvert(asked *request) (interface{}, error) {
	plugin, err := libcni.ConfFromBytes(asked.Bytes)
	if err != nil {
		return nil, err
	}
	return viewList(libcni.ConfListFromConf(plugin))
}

func parsePlugin(asked *request) (interface{}, error) {
	return viewPlugin(libcni.NetworkPluginConfFromBytes(asked.Bytes))
}

func loadConf(asked *request) (interface{}, error) {
	return viewPlugin(libcni.LoadConf(asked.Dir, asked.Name))
}

func inject(asked *request) (interface{}, error) {
	plugin, err := libcni.NetworkPluginConfFromBytes(asked.Bytes)
	if err != nil {
		return nil, err
	}
	return viewPlugin(libcni.InjectConf(plugin, asked.Values))
}

func pluginConfsFromFiles(asked *request) (interface{}, error) {
	plugins, err := libcni.NetworkPluginConfsFromFiles(asked.Dir, asked.Name)
	if err != nil {
		return nil, err
	}
	return viewPlugins(plugins), nil
}

// The reference leaves the order to its callers, all of which sort.
func confFiles(asked *request) (interface{}, error) {
	files, err := libcni.ConfFiles(asked.Dir, asked.Extensions)
	if err != nil {
		return nil, err
	}
	sort.Strings(files)
	return append([]string{}, files...), nil
}

func viewList(list *libcni.NetworkConfigList, err error) (interface{}, error) {
	if err != nil {
		return nil, err
	}
	return listView{
		Name:                   list.Name,
		CNIVersion:             list.CNIVersion,
		DisableCheck:           list.DisableCheck,
		DisableGC:              list.DisableGC,
		LoadOnlyInlinedPlugins: list.LoadOnlyInlinedPlugins,
		Plugins:                viewPlugins(list.Plugins),
		Bytes:                  list.Bytes,
	}, nil
}

func viewPlugin(plugin *libcni.PluginConfig, err error) (interface{}, error) {
	if err != nil {
		return nil, err
	}
	return viewPlugins([]*libcni.PluginConfig{plugin})[0], nil
}

func viewPlugins(plugins []*libcni.PluginConfig) []pluginView {
	views := []pluginView{}
	for _, plugin := range plugins {
		views = append(views, pluginView{Network: viewNetwork(plugin), Bytes: plugin.Bytes})
	}
	return views
}

func viewNetwork(plugin *libcni.PluginConfig) networkView {
	network := plugin.Network
	valid := []gcAttachment{}
	for _, attachment := range network.ValidAttachments {
		valid = append(valid, gcAttachment{attachment.ContainerID, attachment.IfName})
	}
	capabilities := map[string]bool{}
	for name, declared := range network.Capabilities {
		capabilities[name] = declared
	}
	return networkView{
		CNIVersion:       network.CNIVersion,
		Name:             network.Name,
		Type:             network.Type,
		Capabilities:     capabilities,
		IPAMType:         network.IPAM.Type,
		Nameservers:      append([]string{}, network.DNS.Nameservers...),
		Domain:           network.DNS.Domain,
		Search:           append([]string{}, network.DNS.Search...),
		Options:          append([]string{}, network.DNS.Options...),
		PrevResult:       network.RawPrevResult,
		ValidAttachments: valid,
	}
}

package main

import (
	"context"
	"io"
	"sort"

	"github.com/containernetworking/cni/libcni"
	"github.com/containernetworking/cni/pkg/invoke"
	"github.com/containernetworking/cni/pkg/version"
)

func newConfig(asked *request) *libcni.CNIConfig {
	exec := &invoke.DefaultExec{RawExec: &invoke.RawExec{Stderr: io.Discard}, PluginDecoder: version.PluginDecoder{}}
	return libcni.NewCNIConfigWithCacheDir(asked.Path, asked.CacheDir, exec)
}

// onList parses the configuration of a request as a list, or as a single plugin, and passes it on.
func onList(
	list func(context.Context, *libcni.CNIConfig, *libcni.NetworkConfigList, *request) (interface{}, error),
	single func(context.Context, *libcni.CNIConfig, *libcni.PluginConfig, *request) (interface{}, error),
) func(*request) (interface{}, error) {
	return func(asked *request) (interface{}, error) {
		ctx, config := traced(asked.Trace), newConfig(asked)
		if asked.Single {
			plugin, err := libcni.ConfFromBytes(asked.Bytes)
			if err != nil {
				return nil, err
			}
			return single(ctx, config, plugin, asked)
		}
		network, err := libcni.NetworkConfFromBytes(asked.Bytes)
		if err != nil {
			return nil, err
		}
		return list(ctx, config, network, asked)
	}
}

var add = onList(
	func(ctx context.Context, config *libcni.CNIConfig, list *libcni.NetworkConfigList, asked *request) (interface{}, error) {
		return config.AddNetworkList(ctx, list, asked.Runtime.libcni())
	},
	func(ctx context.Context, config *libcni.CNIConfig, plugin *libcni.PluginConfig, asked *request) (interface{}, error) {
		return config.AddNetwork(ctx, plugin, asked.Runtime.libcni())
	},
)

var check = onList(
	func(ctx context.Context, config *libcni.CNIConfig, list *libcni.NetworkConfigList, asked *request) (interface{}, error) {
		return nil, config.CheckNetworkList(ctx, list, asked.Runtime.libcni())
	},
	func(ctx context.Context, config *libcni.CNIConfig, plugin *libcni.PluginConfig, asked *request) (interface{}, error) {
		return nil, config.CheckNetwork(ctx, plugin, asked.Runtime.libcni())
	},
)

var del = onList(
	func(ctx context.Context, config *libcni.CNIConfig, list *libcni.NetworkConfigList, asked *request) (interface{}, error) {
		return nil, config.DelNetworkList(ctx, list, asked.Runtime.libcni())
	},
	func(ctx context.Context, config *libcni.CNIConfig, plugin *libcni.PluginConfig, asked *request) (interface{}, error) {
		return nil, config.DelNetwork(ctx, plugin, asked.Runtime.libcni())
	},
)

var validate = onList(
	func(ctx context.Context, config *libcni.CNIConfig, list *libcni.NetworkConfigList, _ *request) (interface{}, error) {
		return sorted(config.ValidateNetworkList(ctx, list))
	},
	func(ctx context.Context, config *libcni.CNIConfig, plugin *libcni.PluginConfig, _ *request) (interface{}, error) {
		return sorted(config.ValidateNetwork(ctx, plugin))
	},
)

// Capabilities come from a Go map, so their order is random.
func sorted(capabilities []string, err error) (interface{}, error) {
	if err != nil {
		return nil, err
	}
	sort.Strings(capabilities)
	return capabilities, nil
}

func gc(asked *request) (interface{}, error) {
	list, err := libcni.NetworkConfFromBytes(asked.Bytes)
	if err != nil {
		return nil, err
	}
	return nil, newConfig(asked).GCNetworkList(traced(asked.Trace), list, asked.GC.libcni())
}

func status(asked *request) (interface{}, error) {
	list, err := libcni.NetworkConfFromBytes(asked.Bytes)
	if err != nil {
		return nil, err
	}
	return nil, newConfig(asked).GetStatusNetworkList(traced(asked.Trace), list)
}

func versionInfo(asked *request) (interface{}, error) {
	info, err := newConfig(asked).GetVersionInfo(traced(asked.Trace), asked.Plugin)
	if err != nil {
		return nil, err
	}
	return info, nil
}

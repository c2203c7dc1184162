using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>A native TorchScript module; freed once, also when its owner was forgotten.</summary>
internal sealed class ScriptHandle : SafeHandle
{
    public ScriptHandle(nint module)
        : base(0, ownsHandle: true) => SetHandle(module);

    public override bool IsInvalid => handle == 0;

    public nint Value => !IsClosed ? handle : throw new ObjectDisposedException(nameof(torch.jit.ScriptModule));

    protected override bool ReleaseHandle()
    {
        Kd.kd_jit_free(handle);
        return true;
    }
}

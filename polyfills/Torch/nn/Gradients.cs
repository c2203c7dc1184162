using TorchSharp.Interop;
using TorchSharp.Modules;

namespace TorchSharp;

/// <summary>What is done to the gradients of many parameters in one crossing.</summary>
internal static unsafe class Gradients
{
    public static void Zero(Parameter[] parameters, bool setToNone)
    {
        var handles = Handles.Of(parameters);
        fixed (nint* p = handles)
            Kd.Check(Kd.kd_zero_grad(p, handles.Length, setToNone ? 1 : 0));
        GC.KeepAlive(parameters);
    }

    public static double ClipNorm(Parameter[] parameters, double maxNorm, double normType)
    {
        var handles = Handles.Of(parameters);
        double total;
        fixed (nint* p = handles)
            Kd.Check(Kd.kd_clip_grad_norm(p, handles.Length, maxNorm, normType, &total));
        GC.KeepAlive(parameters);
        return total;
    }
}

using KdCluster.Grains;
using KdCluster.Learning.Onnx;
using KdCluster.Teachers;

namespace KdCluster.Cluster.Teachers.Backends;

/// <summary>The backends there are, told apart by the files of the folder.</summary>
internal static class TeacherBackends
{
    /// <summary>Loads a teacher onto a device; on one of its lanes.</summary>
    /// <param name="deployment">Its folder, and a device such as <c>cpu</c> or <c>cuda:0</c>.</param>
    /// <param name="tried">Whether this process may end of what it loads, since it was loaded in another one before, or is that one.</param>
    /// <exception cref="KdException"><c>KD12xx</c>: the folder cannot be used, or the device is absent; <c>KD1243</c> among them: the deployment asks for what does not go with it; <c>KD1326</c>: not in that precision.</exception>
    public static ITeacherBackend Load(TeacherDeployment deployment, bool tried = false)
    {
        bool onnx = OnnxFolder.Is(deployment.Checkpoint), script = TorchScriptFolder.Is(deployment.Checkpoint);
        if ((onnx || script) && deployment.Compile)
        {
            throw Refuse($"the folder holds a model as {(onnx ? "ONNX" : "TorchScript")} already, and only a checkpoint of this project is compiled", "Deploy it without --compile.");
        }

        if (!onnx && !script && deployment.Names is not null)
        {
            throw Refuse("inputs and outputs are mapped, and it is no folder with a model as ONNX or TorchScript", "Deploy it without --input and --output.");
        }

        if ((onnx || script || deployment.Compile) && deployment.Precision == Precision.Bf16)
        {
            throw new KdException("KD1326", $"{(script ? "TorchScript" : "ONNX Runtime")} computes a model in the precision that it is written in, and nothing here writes one in bf16.", deployment.Checkpoint, "Deploy it without a precision, or as a checkpoint without --compile.");
        }

        return onnx ? OnnxBackend.Load(deployment.Checkpoint, deployment.Device, deployment.Names)
            : script ? TorchScriptBackend.Load(deployment.Checkpoint, deployment.Device, deployment.Names, tried)
            : deployment.Compile ? OnnxBackend.Compile(deployment.Checkpoint, deployment.Device)
            : NativeBackend.Load(deployment);

        KdException Refuse(string why, string fix) => new("KD1243", $"{why}.", deployment.Checkpoint, fix);
    }
}

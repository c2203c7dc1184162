using KdCluster.Grains;
using KdCluster.Learning.Onnx;

namespace KdCluster.Cluster.Teachers.Backends;

/// <summary>The backends there are, told apart by the files of the folder.</summary>
internal static class TeacherBackends
{
    /// <summary>Loads a teacher onto a device; on one of its lanes.</summary>
    /// <param name="deployment">Its folder, and a device such as <c>cpu</c> or <c>cuda:0</c>.</param>
    /// <exception cref="KdException"><c>KD12xx</c>: the folder cannot be used, or the device is absent.</exception>
    public static ITeacherBackend Load(TeacherDeployment deployment) => OnnxFolder.Is(deployment.Checkpoint) ? OnnxBackend.Load(deployment.Checkpoint, deployment.Device)
        : deployment.Compile ? OnnxBackend.Compile(deployment.Checkpoint, deployment.Device)
        : NativeBackend.Load(deployment.Checkpoint, deployment.Device);
}

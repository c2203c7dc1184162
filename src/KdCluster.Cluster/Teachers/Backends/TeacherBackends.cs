using KdCluster.Grains;
using KdCluster.Learning.Onnx;

namespace KdCluster.Cluster.Teachers.Backends;

/// <summary>The backends there are, told apart by the files of the folder.</summary>
internal static class TeacherBackends
{
    /// <summary>Loads a teacher onto a device; on one of its lanes.</summary>
    /// <param name="deployment">Its folder, and a device such as <c>cpu</c> or <c>cuda:0</c>.</param>
    /// <exception cref="KdException"><c>KD12xx</c>: the folder cannot be used, or the device is absent; <c>KD1243</c> among them: it is not a folder that can be compiled.</exception>
    public static ITeacherBackend Load(TeacherDeployment deployment) => OnnxFolder.Is(deployment.Checkpoint) ? OnnxBackend.Load(Uncompiled(deployment).Checkpoint, deployment.Device)
        : deployment.Compile ? OnnxBackend.Compile(deployment.Checkpoint, deployment.Device)
        : NativeBackend.Load(deployment.Checkpoint, deployment.Device);

    private static TeacherDeployment Uncompiled(TeacherDeployment deployment) => !deployment.Compile ? deployment
        : throw new KdException("KD1243", "the folder holds a model as ONNX already, and only a checkpoint of this project is compiled.", deployment.Checkpoint, "Deploy it without --compile: ONNX Runtime serves it.");
}

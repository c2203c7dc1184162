using KdCluster.Cluster.Teachers.Backends;
using KdCluster.Learning.Onnx;
using Orleans.Runtime;

namespace KdCluster.Cluster.Silos.Placement;

/// <summary>Lets the placement of a teacher know how large its model is: it travels with the call that places it.</summary>
internal static class ModelBytes
{
    public const string Key = "kd.model-bytes";

    /// <summary>
    /// Size of the checkpoint's weights, in bytes: of its safetensors files, or where there are none of its ONNX model and the files that it names as holding weights, or of its TorchScript file; 0 when they cannot be seen from here, or are no such files.
    /// </summary>
    public static long Of(string checkpoint)
    {
        try
        {
            FileInfo[] weights = new DirectoryInfo(checkpoint).GetFiles("*.safetensors");
            return weights.Length == 0 && OnnxFolder.Is(checkpoint) ? OnnxFile.Read(Path.Combine(checkpoint, OnnxExport.FileName)).Bytes
                : weights.Length == 0 && TorchScriptFolder.Is(checkpoint) ? new FileInfo(Path.Combine(checkpoint, TorchScriptFolder.FileOf(checkpoint))).Length
                : weights.Sum(f => f.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or KdException)
        {
            return 0;
        }
    }

    /// <summary>For the calls that follow in this flow.</summary>
    public static void Announce(string checkpoint) => RequestContext.Set(Key, Of(checkpoint));
}

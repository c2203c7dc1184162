using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Silos.Placement;
using KdCluster.Silos;

namespace KdCluster.Cluster.Runs;

/// <summary>The device that a recipe names for its students.</summary>
internal static class StudentDevice
{
    /// <summary>Why students would find no silo: by the rule that places them, not by what this machine has. Without a silo that offers the device they would wait.</summary>
    /// <param name="silos">As the board has them, this one first.</param>
    /// <param name="device"><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <param name="isHere">Whether libtorch sees a device on this machine.</param>
    public static IEnumerable<KdError> Errors(IReadOnlyList<SiloState> silos, string device, Func<string, bool> isHere)
    {
        string kind = DeviceKind.Of(device);
        SiloState[] offering = [.. silos.Where(s => s.Roles.Contains(SiloRoleNames.Trainer) && SiloRoom.Offers(s, kind))];
        if (offering.Length == 0)
        {
            yield return new KdError("KD1206", $"no silo that trains offers a device '{device}'.", "training.device", $"Start one with --device {device} (KD_DEVICE), or choose a device that `kd top` shows.");
        }
        else if (offering is [var only] && only.Address == silos[0].Address && !isHere(device))
        {
            // Which of its GPUs another silo sees, it alone knows.
            yield return new KdError("KD1206", $"device {device} is absent on the one silo that trains on {kind}.", "training.device", $"Write {kind}, or the number of an existing device.");
        }
    }
}

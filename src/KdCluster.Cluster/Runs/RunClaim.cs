using System.Globalization;
using System.Text;

namespace KdCluster.Cluster.Runs;

/// <summary>
/// Which attempt owns a student's folder: the number in its file <c>attempt</c>. A silo that was thought dead and wakes up again finds a higher number there
/// than its own and writes nothing more. Between looking and writing it may still freeze; what it then writes are the same bytes that its successor writes
/// (a training is a function of its job), so the worst case is a checkpoint that goes back some steps.
/// </summary>
internal sealed class RunClaim(string folder, long attempt)
{
    private readonly string _file = Path.Combine(folder, "attempt");

    /// <exception cref="KdException"><c>KD1504</c>: a later attempt has it already.</exception>
    public void Take()
    {
        Directory.CreateDirectory(folder);
        Check();
        AtomicFile.Write(_file, Encoding.ASCII.GetBytes(attempt.ToString(CultureInfo.InvariantCulture)));
    }

    /// <exception cref="KdException"><c>KD1504</c>: a later attempt has taken it.</exception>
    public void Check()
    {
        if (Owner() > attempt)
        {
            throw new KdException("KD1504", "another silo has taken over this student.", folder, "Nothing is lost: the run continues there; follow it.");
        }
    }

    private long Owner() =>
        File.Exists(_file) && long.TryParse(File.ReadAllText(_file), NumberStyles.None, CultureInfo.InvariantCulture, out long owner) ? owner : 0;
}

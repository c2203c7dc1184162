using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using KdCluster.Learning.Checkpoints;

namespace KdCluster.Learning.Training;

/// <summary>
/// The resume checkpoints of a training's folder: <c>last</c>, and <c>previous</c> for when <c>last</c> is damaged. A new one is written beside them and flushed,
/// then takes its place by renames, so that a process killed at any moment leaves at least one whole.
/// </summary>
internal sealed class ResumeFolder(string folder)
{
    private const string Position = "position.json";
    private const string Arrays = "state.safetensors";

    private readonly string _last = Path.Combine(folder, "last");
    private readonly string _previous = Path.Combine(folder, "previous");
    private readonly string _next = Path.Combine(folder, "next");

    /// <summary>The file that names the bytes of a training's last checkpoint.</summary>
    public static string PositionOf(string folder) => Path.Combine(folder, "last", Position);

    public void Save(TrainingPosition position, IReadOnlyList<SafeTensor> arrays)
    {
        byte[] hash = [];
        AtomicFolder.Write(_next,
        [
            (Arrays, stream =>
            {
                using var sha = SHA256.Create();
                using var hashing = new CryptoStream(stream, sha, CryptoStreamMode.Write, leaveOpen: true);
                SafeTensorsWriter.Write(hashing, arrays);
                hashing.FlushFinalBlock();
                hash = sha.Hash!;
            }),
            (Position, stream => stream.Write(Sign(position, hash))),
        ]);
        if (Directory.Exists(_last))
        {
            if (Directory.Exists(_previous))
                Directory.Delete(_previous, recursive: true);
            Directory.Move(_last, _previous);
        }

        Directory.Move(_next, _last);
    }

    /// <summary>Finds the newest whole checkpoint.</summary>
    /// <param name="notice">Says <c>KD1208</c> when a newer one is damaged; else null.</param>
    /// <returns>Null when the folder holds none.</returns>
    /// <exception cref="KdException"><c>KD1208</c>: there are some and all are damaged.</exception>
    public (TrainingPosition Position, Dictionary<string, byte[]> Arrays)? Load(out string? notice)
    {
        notice = null;
        var errors = new List<KdError>();
        foreach (string place in new[] { _last, _previous }.Where(Directory.Exists))
        {
            try
            {
                var found = Read(place);
                notice = errors.Count > 0 ? $"{errors[0]} The one before it was taken." : null;
                return found;
            }
            catch (Exception e) when (e is IOException or InvalidDataException or JsonException or KdException)
            {
                errors.Add(new KdError("KD1208", $"the resume checkpoint is damaged: {e.Message}.", place, "Delete the training's folder to start again."));
            }
        }

        return errors.Count == 0 ? null : throw new KdException(errors);
    }

    private static (TrainingPosition Position, Dictionary<string, byte[]> Arrays) Read(string place)
    {
        string[] lines = File.ReadAllLines(Path.Combine(place, Position));
        if (lines.Length != 3 || lines[2] != Hash(Encoding.UTF8.GetBytes($"{lines[0]}\n{lines[1]}\n")))
            throw new InvalidDataException($"{Position} fails its check");
        string arrays = Path.Combine(place, Arrays);
        using (var stream = File.OpenRead(arrays))
            if (lines[1] != Convert.ToHexStringLower(SHA256.HashData(stream)))
                throw new InvalidDataException($"{Arrays} fails its check");
        using var reader = SafeTensorsReader.Open(arrays);
        var position = JsonSerializer.Deserialize<TrainingPosition>(lines[0]) ?? throw new InvalidDataException($"{Position} is empty");
        return (position, reader.Tensors.ToDictionary(t => t.Name, reader.ReadBytes));
    }

    // Three lines: the position, the arrays' hash, the hash of these two.
    private static byte[] Sign(TrainingPosition position, byte[] arrays)
    {
        string body = $"{JsonSerializer.Serialize(position)}\n{Convert.ToHexStringLower(arrays)}\n";
        return Encoding.UTF8.GetBytes($"{body}{Hash(Encoding.UTF8.GetBytes(body))}\n");
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}

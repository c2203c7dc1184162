using System.Collections.Concurrent;
using KdCluster.Cluster.Services;
using KdCluster.Cluster.Teachers;
using KdCluster.Instances;
using KdCluster.Learning.Text;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;

namespace KdCluster.Cluster.Inference;

/// <summary>The teachers that other people's clients ask, by name: each is connected to once, and again when it has been replaced.</summary>
internal sealed class InferenceTeachers(TeacherConnector connector, TeacherDirectory directory) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ITeacherClient> _clients = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Tokenizer> _tokenizers = new(StringComparer.Ordinal);

    /// <summary>The teacher as it is deployed now.</summary>
    /// <exception cref="KdException"><c>KD1308</c>: no such name; <c>KD1342</c>: it has not this version; <c>KD1306</c>: it cannot be reached.</exception>
    public async Task<ITeacherClient> FindAsync(string name, string version, CancellationToken cancellationToken)
    {
        Names.Check(name, "teacher");
        ITeacherClient teacher = await ConnectAsync(name, cancellationToken);
        string has = InferenceNames.Version(teacher.Description);
        return version.Length == 0 || version == has ? teacher : throw new KdException(
            "KD1342", $"the model has version {has}, not '{version}'.", $"model {name}", "Leave the version out, or ask for the one that is deployed.");
    }

    /// <summary>Whether a teacher can be asked by this protocol: it takes token ids.</summary>
    public static bool Takes(TeacherDescription teacher) => teacher.Inputs.All(i => i.Equals(TensorLayout.Ids) || i.Equals(TensorLayout.Types));

    /// <summary>A teacher that can be asked by this protocol.</summary>
    /// <exception cref="KdException"><c>KD1341</c>: it takes something else than texts.</exception>
    public static TeacherDescription Text(TeacherDescription teacher) => Takes(teacher) ? teacher : throw new KdException(
        "KD1341", $"the teacher takes {string.Join(" and ", teacher.Inputs)}, and this protocol serves teachers of texts alone.", $"teacher {teacher.Name}", "Ask it by KdCluster's own protocol (teacher.proto).");

    /// <summary>Asks a teacher; one that was replaced since it was connected to is connected to again.</summary>
    public async Task<(TeacherDescription Teacher, string[] Outputs, IReadOnlyList<byte[]> Rows)> AskAsync(
        string name, string version, Func<TeacherDescription, string[]> outputs, Func<ITeacherClient, Task<InstanceView[]>> inputs, CancellationToken cancellationToken)
    {
        bool known = _clients.TryGetValue(name, out ITeacherClient? teacher) && (version.Length == 0 || version == InferenceNames.Version(teacher.Description));
        if (known && !await directory.IsCurrentAsync(teacher!.Description, cancellationToken))
        {
            // The former version would continue answering for as long as it is held.
            await ForgetAsync(name, teacher);
            known = false;
        }

        teacher = known ? teacher! : await FindAsync(name, version, cancellationToken);
        try
        {
            return await AskAsync(teacher, outputs, inputs, cancellationToken);
        }
        catch (KdException e) when (known && e.Code is "KD1308" or "KD1312" or "KD1321" or "KD1306")
        {
            await ForgetAsync(name, teacher);
            return await AskAsync(await FindAsync(name, version, cancellationToken), outputs, inputs, cancellationToken);
        }
    }

    /// <summary>The teacher's tokenizer, read once.</summary>
    public async Task<Tokenizer> TokenizerAsync(ITeacherClient teacher, CancellationToken cancellationToken)
    {
        string hash = teacher.Description.Tokenizer;
        return _tokenizers.TryGetValue(hash, out Tokenizer? known)
            ? known
            : _tokenizers.GetOrAdd(hash, Tokenizer.FromBytes(await teacher.TokenizerAsync(cancellationToken), $"teacher {teacher.Description.Name}"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((string name, ITeacherClient client) in _clients)
        {
            await ForgetAsync(name, client);
        }
    }

    private static async Task<(TeacherDescription Teacher, string[] Outputs, IReadOnlyList<byte[]> Rows)> AskAsync(
        ITeacherClient teacher, Func<TeacherDescription, string[]> outputs, Func<ITeacherClient, Task<InstanceView[]>> inputs, CancellationToken cancellationToken)
    {
        string[] wanted = outputs(Text(teacher.Description));
        InstanceView[] rows = await inputs(teacher);
        TeacherRequest request = new()
        {
            Tokenizer = teacher.Description.Tokenizer,
            StoreAsked = "",
            Outputs = wanted,
            Inputs = rows,
            Keys = Fingerprints.Instances(rows),
        };
        return (teacher.Description, wanted, await teacher.GetAsync(request, cancellationToken));
    }

    private async Task<ITeacherClient> ConnectAsync(string name, CancellationToken cancellationToken)
    {
        ITeacherClient fresh;
        try
        {
            fresh = await connector.ConnectAsync(new TeacherRef { Name = name }, cancellationToken);
        }
        catch (KdException) when (_clients.TryGetValue(name, out ITeacherClient? gone))
        {
            await ForgetAsync(name, gone);
            throw;
        }

        if (_clients.TryGetValue(name, out ITeacherClient? known))
        {
            if (known.Description.Outputs.SequenceEqual(fresh.Description.Outputs))
            {
                await DropAsync(fresh);
                return known;
            }

            await ForgetAsync(name, known);
        }

        ITeacherClient kept = _clients.GetOrAdd(name, fresh);
        if (kept != fresh)
        {
            await DropAsync(fresh);
        }

        return kept;
    }

    private async ValueTask ForgetAsync(string name, ITeacherClient client)
    {
        if (_clients.TryRemove(new KeyValuePair<string, ITeacherClient>(name, client)))
        {
            await DropAsync(client);
        }
    }

    private static ValueTask DropAsync(ITeacherClient client) => client is IAsyncDisposable disposable ? disposable.DisposeAsync() : ValueTask.CompletedTask;
}

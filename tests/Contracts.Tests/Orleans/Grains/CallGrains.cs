using System.Runtime.CompilerServices;

namespace KdCluster.Tests.OrleansRuntime;

public interface ICallGrain : IGrainWithStringKey
{
    Task Complete();

    Task<string> Echo(string text);

    ValueTask CompleteValue();

    ValueTask<int> Double(int value);

    Task<int> Sum(int a, long b, double c, string? d, int? e, DayOfWeek f, ReadOnlyMemory<byte> g);

    Task Fail(string message);

    ValueTask<int> FailLater(string message);

    Task<ICallGrain> Myself();

    Task<string> KeyOf(ICallGrain other);

    Task<string> AskOther(string key, string text);
}

public class CallGrain : Grain, ICallGrain
{
    public Task Complete() => Task.CompletedTask;

    public Task<string> Echo(string text) => Task.FromResult($"{this.GetPrimaryKeyString()}: {text}");

    public ValueTask CompleteValue() => ValueTask.CompletedTask;

    public async ValueTask<int> Double(int value)
    {
        await Task.Yield();
        return 2 * value;
    }

    public Task<int> Sum(int a, long b, double c, string? d, int? e, DayOfWeek f, ReadOnlyMemory<byte> g) =>
        Task.FromResult(a + (int)b + (int)c + (d?.Length ?? 0) + (e ?? 0) + (int)f + g.Length);

    public Task Fail(string message) => throw new UnlikelyException(message);

    public async ValueTask<int> FailLater(string message)
    {
        await Task.Yield();
        return Deep(message);
    }

    public Task<ICallGrain> Myself() => Task.FromResult(this.AsReference<ICallGrain>());

    public Task<string> KeyOf(ICallGrain other) => Task.FromResult(other.GetPrimaryKeyString());

    public Task<string> AskOther(string key, string text) => GrainFactory.GetGrain<ICallGrain>(key).Echo(text);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Deep(string message) => throw new UnlikelyException(message);
}

[GenerateSerializer]
public sealed class UnlikelyException(string message) : Exception(message);

public interface IGuidGrain : IGrainWithGuidKey
{
    Task<Guid> Key();
}

public interface INumberGrain : IGrainWithIntegerKey
{
    Task<long> Key();
}

public class KeyGrain : Grain, IGuidGrain, INumberGrain
{
    Task<Guid> IGuidGrain.Key() => Task.FromResult(this.GetPrimaryKey());

    Task<long> INumberGrain.Key() => Task.FromResult(this.GetPrimaryKeyLong());
}

internal interface IHiddenGrain : IGrainWithStringKey
{
    Task<HiddenAnswer> Ask(string question);
}

[GenerateSerializer]
internal sealed record HiddenAnswer(string Text);

internal sealed class HiddenGrain : Grain, IHiddenGrain
{
    public Task<HiddenAnswer> Ask(string question) => Task.FromResult(new HiddenAnswer($"{question}!"));
}

public interface IShapeGrain : IGrainWithStringKey
{
    Task<string> Shape();
}

public class RoundGrain : Grain, IShapeGrain
{
    public Task<string> Shape() => Task.FromResult("round");
}

[GrainType("test-square")]
public class SquareGrain : Grain, IShapeGrain
{
    public Task<string> Shape() => Task.FromResult($"square {this.GetGrainId().Type}");
}

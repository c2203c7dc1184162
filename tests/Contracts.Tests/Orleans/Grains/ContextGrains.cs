using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace KdCluster.Tests.OrleansRuntime;

public interface IContextGrain : IGrainWithStringKey
{
    Task<string?> Seen(string key);

    Task<string?> SeenByOther(string key, string other);

    Task Overwrite(string key, string value);

    Task<string> Filtered(string text, int times);

    Task<string> Failing();
}

public class ContextGrain : Grain, IContextGrain, IIncomingGrainCallFilter
{
    public Task<string?> Seen(string key) => Task.FromResult((string?)RequestContext.Get(key));

    public async Task<string?> SeenByOther(string key, string other)
    {
        await Task.Yield();
        return await GrainFactory.GetGrain<IContextGrain>(other).Seen(key);
    }

    public async Task Overwrite(string key, string value)
    {
        RequestContext.Set(key, value);
        await Task.Yield();
    }

    public Task<string> Filtered(string text, int times) => Task.FromResult(string.Concat(Enumerable.Repeat(text, times)));

    public Task<string> Failing() => throw new UnlikelyException("filtered");

    public Task Invoke(IIncomingGrainCallContext context)
    {
        IncomingFilter.Note(context, "grain");
        return context.Invoke();
    }
}

/// <summary>Filters only the calls that ask for it, by a value in the request context.</summary>
public sealed class IncomingFilter(Probe probe) : IIncomingGrainCallFilter
{
    public const string Key = "filter";

    public static void Note(IGrainCallContext context, string who)
    {
        if (RequestContext.Get(Key) is string topic && context is IIncomingGrainCallContext incoming)
            incoming.TargetContext.ActivationServices.GetService<Probe>()!.Say(topic, $"{who} {context.MethodName}");
    }

    public Task Invoke(IIncomingGrainCallContext context) =>
        RequestContext.Get(Key) is string topic ? Filter(context, topic) : context.Invoke();

    private async Task Filter(IIncomingGrainCallContext context, string topic)
    {
        probe.Say(topic, $"first {context.MethodName} {context.Grain.GetType().Name} {context.ImplementationMethod.DeclaringType!.Name} {context.InterfaceMethod.DeclaringType!.Name} {context.TargetId}");
        if (context.MethodName == nameof(IContextGrain.Filtered))
            context.Request.SetArgument(1, (int)context.Request.GetArgument(1)! + 1);
        try
        {
            await context.Invoke();
            context.Result += "!";
        }
        catch (UnlikelyException failure)
        {
            context.Result = $"saved from {failure.Message}";
        }
        probe.Say(topic, $"result {context.Result}");
    }
}

public static class OutgoingFilter
{
    public const string Key = "outgoing";

    public const string IncomingMark = "marked";

    public static Task Invoke(IOutgoingGrainCallContext context)
    {
        if (RequestContext.Get(Key) is string mark)
            RequestContext.Set(IncomingMark, $"{mark} {context.MethodName} from {context.SourceContext?.GrainId.Key.ToString() ?? "outside"}");
        return context.Invoke();
    }
}

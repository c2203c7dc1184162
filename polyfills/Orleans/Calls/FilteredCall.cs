using System.Reflection;
using Orleans.Activations;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Orleans.Calls;

/// <summary>
/// A call on its way through filters: each <see cref="Invoke"/> runs the next, the last one the call itself. The filters
/// and the grain come back to their own turns; the steps between them need none.
/// </summary>
internal abstract class FilteredCall<T>(GrainMethod<T> method, object?[] arguments) : IInvokable
{
    private int _stage;

    public IInvokable Request => this;

    public string InterfaceName => method.InterfaceName;

    public string MethodName => method.Method.Name;

    public MethodInfo InterfaceMethod => method.Method;

    public object? Result { get; set; }

    protected GrainMethod<T> GrainMethod => method;

    protected object?[] Arguments => arguments;

    protected abstract int FilterCount { get; }

    public async Task Invoke()
    {
        var stage = _stage++;
        try
        {
            if (stage < FilterCount)
                await RunFilter(stage).ConfigureAwait(false);
            else
            {
                var result = await RunCall().ConfigureAwait(false);
                Result = typeof(T) == typeof(Nothing) ? null : result;
            }
        }
        finally
        {
            _stage--;
        }
    }

    public int GetArgumentCount() => arguments.Length;

    public object? GetArgument(int index) => arguments[index];

    public void SetArgument(int index, object? value) => arguments[index] = value;

    public string GetMethodName() => MethodName;

    public string GetInterfaceName() => InterfaceName;

    public MethodInfo GetMethod() => method.Method;

    public Type GetInterfaceType() => method.Method.DeclaringType!;

    protected abstract Task RunFilter(int index);

    protected abstract ValueTask<T> RunCall();

    protected async Task<T> RunAllAsync()
    {
        await Invoke().ConfigureAwait(false);
        return Result is null ? default! : (T)Result;
    }
}

internal sealed class IncomingCall<T>(Activation activation, GrainMethod<T> method, GrainId? source, object?[] arguments, IIncomingGrainCallFilter[] filters)
    : FilteredCall<T>(method, arguments), IIncomingGrainCallContext
{
    public object Grain => activation.GrainInstance!;

    public GrainId? SourceId => source;

    public GrainId TargetId => activation.GrainId;

    public IGrainContext TargetContext => activation;

    public MethodInfo ImplementationMethod
    {
        get
        {
            var map = Grain.GetType().GetInterfaceMap(InterfaceMethod.DeclaringType!);
            return map.TargetMethods[Array.IndexOf(map.InterfaceMethods, InterfaceMethod)];
        }
    }

    protected override int FilterCount => filters.Length;

    public Task<T> RunAsync() => RunAllAsync();

    protected override Task RunFilter(int index) => filters[index].Invoke(this);

    protected override ValueTask<T> RunCall() => GrainMethod.Invoke(Grain, Arguments);
}

internal sealed class OutgoingCall<T>(CallSender sender, Activation? caller, IOutgoingGrainCallFilter[] filters, GrainMethod<T> method, GrainReference target, object?[] arguments)
    : FilteredCall<T>(method, arguments), IOutgoingGrainCallContext
{
    public object Grain => target;

    public GrainId? SourceId => caller?.GrainId;

    public GrainId TargetId => target.GrainId;

    public IGrainContext? SourceContext => caller;

    protected override int FilterCount => filters.Length;

    public Task<T> SendAsync() => RunAllAsync();

    protected override Task RunFilter(int index) => filters[index].Invoke(this);

    // Each try copies the arguments anew, so a filter may call again.
    protected override ValueTask<T> RunCall() => new(sender.SendNow(GrainMethod, target, (object?[])Arguments.Clone()));
}

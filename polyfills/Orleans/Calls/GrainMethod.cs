using System.Linq.Expressions;
using System.Reflection;
using Orleans.Concurrency;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Orleans.Calls;

/// <summary>The result of a call that has none.</summary>
internal readonly struct Nothing;

internal enum ReturnKind
{
    Task,
    ValueTask,
    Stream,
}

/// <summary>One method of a grain interface: how it is called, copied and scheduled. Made once.</summary>
internal abstract class GrainMethod
{
    private readonly bool[] _copied;

    protected GrainMethod(MethodInfo method, ParameterInfo[] parameters)
    {
        Method = method;
        _copied = Array.ConvertAll(parameters, parameter => !parameter.IsDefined(typeof(ImmutableAttribute)) && !Copiers.IsShallow(parameter.ParameterType));
        CancellationIndex = Array.FindLastIndex(parameters, parameter => parameter.ParameterType == typeof(CancellationToken));
        AlwaysInterleave = method.IsDefined(typeof(AlwaysInterleaveAttribute));
        ReadOnly = method.IsDefined(typeof(ReadOnlyAttribute));
        OneWay = method.IsDefined(typeof(OneWayAttribute));
        ResponseTimeout = method.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout;
    }

    public MethodInfo Method { get; }

    public string InterfaceName => Method.DeclaringType!.FullName!.Replace('+', '.');

    public int CancellationIndex { get; protected init; }

    public bool AlwaysInterleave { get; protected init; }

    public bool ReadOnly { get; }

    /// <summary>Part of an enumeration, not a call of its own: no filter sees it.</summary>
    public bool Internal { get; protected init; }

    public bool OneWay { get; }

    public TimeSpan? ResponseTimeout { get; protected init; }

    public static GrainMethod Make(MethodInfo method)
    {
        var (kind, result) = KindOf(method);
        var type = (kind == ReturnKind.Stream ? typeof(StreamMethod<>) : typeof(GrainMethod<>)).MakeGenericType(result);
        return (GrainMethod)Activator.CreateInstance(type, method)!;
    }

    public static (ReturnKind Kind, Type Result) KindOf(MethodInfo method)
    {
        var type = method.ReturnType;
        if (method.IsGenericMethodDefinition)
            throw new NotSupportedException($"Grain method {method.DeclaringType}.{method.Name} is generic; only whole interfaces are supported here.");
        if (type == typeof(Task))
            return (ReturnKind.Task, typeof(Nothing));
        if (type == typeof(ValueTask))
            return (ReturnKind.ValueTask, typeof(Nothing));
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        ReturnKind? kind = definition == typeof(Task<>) ? ReturnKind.Task
            : definition == typeof(ValueTask<>) ? ReturnKind.ValueTask
            : definition == typeof(IAsyncEnumerable<>) ? ReturnKind.Stream
            : null;
        return kind is { } known
            ? (known, type.GetGenericArguments()[0])
            : throw new NotSupportedException($"Grain method {method.DeclaringType}.{method.Name} must return Task, ValueTask or IAsyncEnumerable, not {type}.");
    }

    /// <summary>The callee's own copy of what may be changed, made when the caller calls.</summary>
    public object?[] CopyArguments(object?[] arguments)
    {
        CopySession? session = null;
        for (var i = 0; i < _copied.Length; i++)
        {
            if (_copied[i] && arguments[i] is not null)
                arguments[i] = (session ??= new CopySession()).Copy(arguments[i]);
        }
        return arguments;
    }

    /// <summary>A delegate that calls the method on a grain with arguments in an array, and turns its result into <typeparamref name="TResult"/>.</summary>
    protected static Func<object, object?[], TResult> Compile<TResult>(MethodInfo method, Func<Expression, Expression> convert)
    {
        var target = Expression.Parameter(typeof(object));
        var arguments = Expression.Parameter(typeof(object[]));
        var values = method.GetParameters().Select((parameter, i) => Expression.Convert(Expression.ArrayIndex(arguments, Expression.Constant(i)), parameter.ParameterType));
        var call = Expression.Call(Expression.Convert(target, method.DeclaringType!), method, values);
        return Expression.Lambda<Func<object, object?[], TResult>>(convert(call), target, arguments).Compile();
    }
}

/// <summary>A method that answers once.</summary>
internal class GrainMethod<T> : GrainMethod
{
    private readonly Func<object, object?[], ValueTask<T>> _invoke;
    private readonly bool _copiesResult = !Copiers.IsShallow(typeof(T)) && typeof(T) != typeof(Nothing);

    public GrainMethod(MethodInfo method)
        : base(method, method.GetParameters()) => _invoke = Compile<ValueTask<T>>(method, Unify);

    protected GrainMethod(MethodInfo method, Func<object, object?[], ValueTask<T>> invoke)
        : base(method, []) => _invoke = invoke;

    public Task<T> Send(GrainReference target, object?[] arguments) => target.Silo.Calls.Send(this, target, arguments);

    public ValueTask<T> Invoke(object grain, object?[] arguments) => _invoke(grain, arguments);

    public T CopyResult(T result) => _copiesResult ? CopySession.DeepCopy(result) : result;

    private static Expression Unify(Expression call)
    {
        if (call.Type == typeof(ValueTask<T>))
            return call;
        if (call.Type == typeof(Task<T>))
            return Expression.New(typeof(ValueTask<T>).GetConstructor([typeof(Task<T>)])!, call);
        return Expression.Call(typeof(GrainMethod<T>), nameof(Await), null, call.Type == typeof(ValueTask) ? Expression.Call(call, nameof(ValueTask.AsTask), null) : call);
    }

    private static async ValueTask<T> Await(Task task)
    {
        await task;
        return default!;
    }
}

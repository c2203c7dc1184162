namespace Orleans.Calls;

/// <summary>A list whose links are in the calls themselves: a call is in one list at a time, and leaves it at once.</summary>
internal sealed class CallList
{
    public Call? First { get; private set; }

    private Call? _last;

    public int Count { get; private set; }

    public void Add(Call call)
    {
        call.Previous = _last;
        call.Next = null;
        if (_last is null)
            First = call;
        else
            _last.Next = call;
        _last = call;
        Count++;
    }

    public void Remove(Call call)
    {
        if (call.Previous is null)
            First = call.Next;
        else
            call.Previous.Next = call.Next;
        if (call.Next is null)
            _last = call.Previous;
        else
            call.Next.Previous = call.Previous;
        call.Next = call.Previous = null;
        Count--;
    }

    public Call[] ToArray()
    {
        var calls = new Call[Count];
        var i = 0;
        for (var call = First; call is not null; call = call.Next)
            calls[i++] = call;
        return calls;
    }
}

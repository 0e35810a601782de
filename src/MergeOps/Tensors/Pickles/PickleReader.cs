using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace MergeOps.Tensors.Pickles;

/// <summary>
/// Reads a pickle as data. A pickle is a program that builds values on a stack; this reader knows the operations that
/// PyTorch writes for weights and the names of <see cref="PickledCalls"/>, and refuses everything else by name. It looks
/// nothing up, calls nothing and never nests deeper than the stack of values, so a hostile file costs at most its own length.
/// </summary>
/// <seealso href="https://docs.python.org/3/library/pickletools.html">the operations</seealso>
internal ref struct PickleReader
{
    private const int LongestInteger = 8;

    private readonly Stack<object?> stack = new();
    private readonly Stack<int> marks = new();
    private readonly Dictionary<uint, object?> memo = [];
    private ReadOnlySpan<byte> rest;

    private PickleReader(ReadOnlySpan<byte> pickle) => rest = pickle;

    /// <summary>The value that a pickle builds: null, truth values, <see langword="long"/>, <see langword="double"/>, text, arrays for tuples, lists, dictionaries, and what <see cref="PickledCalls"/> gives.</summary>
    /// <exception cref="PickleRefusedException">It is damaged, or asks for more than weights need.</exception>
    public static object? Read(ReadOnlySpan<byte> pickle) => new PickleReader(pickle).Run();

    private object? Run()
    {
        while (true)
        {
            var operation = Take(1)[0];
            if (operation == '.')
            {
                return stack.Count == 1 && marks.Count == 0 && rest.IsEmpty ? stack.Pop() : throw Damaged();
            }

            Do(operation);
        }
    }

    private void Do(byte operation)
    {
        switch (operation)
        {
            case 0x80:
                RequireProtocol(Take(1)[0]);
                break;
            case 0x95:
                Take(8);
                break;
            case (byte)'N':
                stack.Push(null);
                break;
            case 0x88 or 0x89:
                stack.Push(operation == 0x88);
                break;
            case (byte)'K':
                stack.Push((long)Take(1)[0]);
                break;
            case (byte)'M':
                stack.Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
                break;
            case (byte)'J':
                stack.Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
                break;
            case 0x8a:
                stack.Push(Integer(Take(Take(1)[0])));
                break;
            case (byte)'G':
                stack.Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                break;
            case (byte)'X':
                stack.Push(Text(Length(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))));
                break;
            case 0x8c:
                stack.Push(Text(Take(1)[0]));
                break;
            default:
                DoWithStack(operation);
                break;
        }
    }

    private void DoWithStack(byte operation)
    {
        switch (operation)
        {
            case (byte)'(':
                marks.Push(stack.Count);
                break;
            case (byte)')':
                stack.Push(Array.Empty<object?>());
                break;
            case 0x85 or 0x86 or 0x87:
                stack.Push(Pop(operation - 0x84));
                break;
            case (byte)'t':
                stack.Push(PopToMark());
                break;
            case (byte)']':
                stack.Push(new List<object?>());
                break;
            case (byte)'a':
                Append(Pop(1));
                break;
            case (byte)'e':
                Append(PopToMark());
                break;
            case (byte)'}':
                stack.Push(new PickledDictionary());
                break;
            case (byte)'s':
                Set(Pop(2));
                break;
            case (byte)'u':
                Set(PopToMark());
                break;
            case (byte)'q':
                memo[Take(1)[0]] = Top();
                break;
            case (byte)'r':
                memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Top();
                break;
            case 0x94:
                memo[(uint)memo.Count] = Top();
                break;
            case (byte)'h':
                stack.Push(Recall(Take(1)[0]));
                break;
            case (byte)'j':
                stack.Push(Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                break;
            default:
                DoWithNames(operation);
                break;
        }
    }

    private void DoWithNames(byte operation)
    {
        switch (operation)
        {
            case (byte)'c':
                stack.Push(Global(Line(), Line()));
                break;
            case 0x93:
                stack.Push(Pop(2) is [string module, string name] ? Global(module, name) : throw Damaged());
                break;
            case (byte)'Q':
                stack.Push(PickledCalls.StorageOf(Pop(1)[0]) ?? throw Damaged());
                break;
            case (byte)'R':
                stack.Push(Pop(2) is [PickledGlobal called, object?[] arguments]
                    ? PickledCalls.Call(called, arguments) ?? throw new PickleRefusedException($"it calls {called} with arguments that PyTorch does not write")
                    : throw Damaged());
                break;
            case (byte)'b':
                // the versions of modules that PyTorch puts on a state dict
                if (Pop(1)[0] is not PickledDictionary || Top() is not PickledDictionary)
                {
                    throw new PickleRefusedException("it sets the state of an object");
                }

                break;
            default:
                throw new PickleRefusedException($"it uses the operation 0x{operation:x2} of pickle, which weights do not need");
        }
    }

    private static PickledGlobal Global(string module, string name) =>
        PickledCalls.Find(module, name) ?? throw new PickleRefusedException($"it names {module}.{name}, which weights do not need");

    private static void RequireProtocol(byte protocol)
    {
        if (protocol is < 2 or > 5)
        {
            throw new PickleRefusedException($"it has version {protocol} of pickle; 2 to 5 are read");
        }
    }

    private readonly void Append(object?[] values)
    {
        if (Top() is not List<object?> list)
        {
            throw Damaged();
        }

        list.AddRange(values);
    }

    private readonly void Set(object?[] values)
    {
        if (Top() is not PickledDictionary dictionary || values.Length % 2 != 0)
        {
            throw Damaged();
        }

        for (var i = 0; i < values.Length; i += 2)
        {
            dictionary.Set(values[i], values[i + 1]);
        }
    }

    private readonly object? Top() => stack.Count > (marks.Count > 0 ? marks.Peek() : 0) ? stack.Peek() : throw Damaged();

    private readonly object? Recall(uint number) => memo.TryGetValue(number, out var value) ? value : throw Damaged();

    private readonly object?[] PopToMark()
    {
        if (!marks.TryPop(out var mark))
        {
            throw Damaged();
        }

        return Pop(stack.Count - mark);
    }

    private readonly object?[] Pop(int count)
    {
        if (stack.Count - (marks.Count > 0 ? marks.Peek() : 0) < count)
        {
            throw Damaged();
        }

        var values = new object?[count];
        for (var i = count - 1; i >= 0; i--)
        {
            values[i] = stack.Pop();
        }

        return values;
    }

    private string Line()
    {
        var end = rest.IndexOf((byte)'\n');
        return end >= 0 ? Text(end, 1) : throw Damaged();
    }

    private string Text(int length, int behind = 0)
    {
        var bytes = Take(length);
        Take(behind);
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw new PickleRefusedException("a text in it is not UTF-8");
    }

    private readonly int Length(uint length) => length <= rest.Length ? (int)length : throw Damaged();

    private static long Integer(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > LongestInteger)
        {
            throw new PickleRefusedException("a number in it has more than 64 bits");
        }

        Span<byte> whole = stackalloc byte[LongestInteger];
        whole.Fill(bytes is [.., >= 0x80] ? byte.MaxValue : byte.MinValue);
        bytes.CopyTo(whole);
        return BinaryPrimitives.ReadInt64LittleEndian(whole);
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length)
        {
            throw Damaged();
        }

        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }

    private static PickleRefusedException Damaged() => new("its pickle is damaged");
}

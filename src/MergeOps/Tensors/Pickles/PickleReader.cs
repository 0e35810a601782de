namespace MergeOps.Tensors.Pickles;

/// <summary>
/// Reads a pickle as data. A pickle is a program that builds values on a stack; this reader knows the operations that
/// PyTorch writes for weights and the names of <see cref="PickledCalls"/>, and refuses everything else by name. It looks
/// nothing up, calls nothing and never nests deeper than the stack of values, so a hostile file costs at most its own length.
/// </summary>
/// <seealso href="https://docs.python.org/3/library/pickletools.html">the operations</seealso>
internal ref struct PickleReader
{
    private readonly PickleStack stack = new();
    private PickleBytes bytes;

    // what calls may copy out of values that stand in the pickle once and are called for again and again
    private long copies;

    private PickleReader(ReadOnlySpan<byte> pickle)
    {
        bytes = new(pickle);
        copies = pickle.Length;
    }

    /// <summary>The value that a pickle builds: null, truth values, <see langword="long"/>, <see langword="double"/>, text, arrays for tuples, lists, dictionaries, and what <see cref="PickledCalls"/> gives.</summary>
    /// <exception cref="PickleRefusedException">It is damaged, or asks for more than weights need.</exception>
    public static object? Read(ReadOnlySpan<byte> pickle) => new PickleReader(pickle).Run();

    private object? Run()
    {
        while (true)
        {
            var operation = bytes.Byte();
            if (operation == '.')
            {
                return stack.HasResult && bytes.IsAtEnd ? stack.Pop(1)[0] : throw PickleRefusedException.Damaged();
            }

            Do(operation);
        }
    }

    private void Do(byte operation)
    {
        switch (operation)
        {
            case 0x80:
                RequireProtocol(bytes.Byte());
                break;
            case 0x95:
                bytes.Take(8);
                break;
            case (byte)'N':
                stack.Push(null);
                break;
            case 0x88 or 0x89:
                stack.Push(operation == 0x88);
                break;
            case (byte)'K':
                stack.Push((long)bytes.Byte());
                break;
            case (byte)'M':
                stack.Push((long)bytes.UInt16());
                break;
            case (byte)'J':
                stack.Push((long)bytes.Int32());
                break;
            case 0x8a:
                stack.Push(bytes.Integer(bytes.Byte()));
                break;
            case (byte)'G':
                stack.Push(bytes.Double());
                break;
            case (byte)'X':
                stack.Push(bytes.Text(bytes.UInt32()));
                break;
            case 0x8c:
                stack.Push(bytes.Text(bytes.Byte()));
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
                stack.Mark();
                break;
            case (byte)')':
                stack.Push(Array.Empty<object?>());
                break;
            case 0x85 or 0x86 or 0x87:
                stack.Push(stack.Pop(operation - 0x84));
                break;
            case (byte)'t':
                stack.Push(stack.PopToMark());
                break;
            case (byte)']':
                stack.Push(new List<object?>());
                break;
            case (byte)'a':
                stack.Append(stack.Pop(1));
                break;
            case (byte)'e':
                stack.Append(stack.PopToMark());
                break;
            case (byte)'}':
                stack.Push(new PickledDictionary());
                break;
            case (byte)'s':
                stack.Set(stack.Pop(2));
                break;
            case (byte)'u':
                stack.Set(stack.PopToMark());
                break;
            case (byte)'q':
                stack.Remember(bytes.Byte());
                break;
            case (byte)'r':
                stack.Remember(bytes.UInt32());
                break;
            case 0x94:
                stack.Remember();
                break;
            case (byte)'h':
                stack.Push(stack.Recall(bytes.Byte()));
                break;
            case (byte)'j':
                stack.Push(stack.Recall(bytes.UInt32()));
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
                stack.Push(Global(bytes.Line(), bytes.Line()));
                break;
            case 0x93:
                stack.Push(stack.Pop(2) is [string module, string name] ? Global(module, name) : throw PickleRefusedException.Damaged());
                break;
            case (byte)'Q':
                stack.Push(PickledCalls.StorageOf(stack.Pop(1)[0]) ?? throw PickleRefusedException.Damaged());
                break;
            case (byte)'R':
                stack.Push(stack.Pop(2) is [PickledGlobal called, object?[] arguments]
                    ? PickledCalls.Call(called, Counted(arguments)) ?? throw new PickleRefusedException($"it calls {called} with arguments other than stored numbers")
                    : throw PickleRefusedException.Damaged());
                break;
            case (byte)'b':
                // the versions of modules that PyTorch puts on a state dict
                if (stack.Pop(1)[0] is not PickledDictionary || stack.Top() is not PickledDictionary)
                {
                    throw new PickleRefusedException("it sets the state of an object");
                }

                break;
            default:
                throw new PickleRefusedException($"it uses the pickle operation 0x{operation:x2}, which weights do not need");
        }
    }

    private object?[] Counted(object?[] arguments)
    {
        foreach (var argument in arguments)
        {
            copies -= argument is object?[] tuple ? tuple.Length : argument is List<object?> list ? list.Count : 0;
        }

        return copies >= 0 ? arguments : throw new PickleRefusedException("it builds more than a file of its length can hold");
    }

    private static PickledGlobal Global(string module, string name) =>
        PickledCalls.Find(module, name) ?? throw new PickleRefusedException($"it names {module}.{name}, which weights do not need");

    private static void RequireProtocol(byte protocol)
    {
        if (protocol is < 2 or > 5)
        {
            throw new PickleRefusedException($"it has pickle version {protocol}; 2 to 5 are read");
        }
    }
}

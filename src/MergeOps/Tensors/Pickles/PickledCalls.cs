namespace MergeOps.Tensors.Pickles;

/// <summary>
/// The few names that a pickle of weights needs, and what a call of them stands for. Nothing is looked up and nothing runs:
/// a name that is not here refuses the file.
/// </summary>
/// <seealso href="https://github.com/pytorch/pytorch/blob/main/torch/_utils.py">the functions that PyTorch writes</seealso>
internal static class PickledCalls
{
    private const string Utils = "torch._utils";

    private static readonly PickledGlobal OrderedDict = new("collections", "OrderedDict");
    private static readonly PickledGlobal Tensor = new(Utils, "_rebuild_tensor_v2");
    private static readonly PickledGlobal TypedTensor = new(Utils, "_rebuild_tensor_v3");
    private static readonly PickledGlobal Parameter = new(Utils, "_rebuild_parameter");
    private static readonly PickledGlobal Size = new("torch", "Size");

    // names that stand for themselves
    private static readonly HashSet<string> Types = new(StringComparer.Ordinal)
    {
        "DoubleStorage", "FloatStorage", "HalfStorage", "BFloat16Storage", "LongStorage", "IntStorage", "ShortStorage", "CharStorage", "ByteStorage", "BoolStorage",
        "float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool", "uint16", "uint32", "uint64",
        "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz", "float8_e8m0fnu",
    };

    /// <summary>The global, when it is one that weights need; null otherwise.</summary>
    public static PickledGlobal? Find(string module, string name)
    {
        var named = new PickledGlobal(module, name);
        return named == OrderedDict || named == Tensor || named == TypedTensor || named == Parameter || named == Size
            || (module == "torch" && Types.Contains(name))
            || (module == "torch.storage" && name == "UntypedStorage")
                ? named
                : null;
    }

    /// <summary>What a call gives; null when it has other arguments than PyTorch writes.</summary>
    public static object? Call(PickledGlobal global, object?[] arguments) =>
        global == OrderedDict ? arguments is [] ? new PickledDictionary() : arguments is [List<object?> pairs] ? DictionaryOf(pairs) : null
        : global == Size ? arguments is [object?[] size] ? size : null
        : global == Parameter ? arguments is [PickledTensor tensor, ..] ? tensor : null
        : global == Tensor ? arguments is [PickledStorage storage, long offset, object?[] shape, object?[] strides, _, _, .. var more] && IsPlain(more) ? TensorOf(storage, null, offset, shape, strides) : null
        : global == TypedTensor && arguments is [PickledStorage untyped, long first, object?[] sizes, object?[] steps, _, _, PickledGlobal { Module: "torch" } type, .. var rest] && IsPlain(rest)
            ? TensorOf(untyped, type.Name, first, sizes, steps)
        : null;

    /// <summary>The storage that a persistent id names; null when it has another form than PyTorch writes.</summary>
    public static PickledStorage? StorageOf(object? id) =>
        id is object?[] and ["storage", PickledGlobal type, string key, string, long count, ..] ? new(type.Name, key, count) : null;

    private static PickledTensor? TensorOf(PickledStorage storage, string? dtype, long offset, object?[] shape, object?[] strides) =>
        offset >= 0 && shape.Length == strides.Length && shape.All(IsSize) && strides.All(IsSize)
            ? new(storage, dtype, offset, [.. shape.Cast<long>()], [.. strides.Cast<long>()])
            : null;

    private static PickledDictionary? DictionaryOf(List<object?> pairs)
    {
        var dictionary = new PickledDictionary();
        foreach (var pair in pairs)
        {
            if (pair is not (object?[] or List<object?>) || ((IReadOnlyList<object?>)pair) is not [var key, var value])
            {
                return null;
            }

            dictionary.Set(key, value);
        }

        return dictionary;
    }

    // metadata says that the numbers stand for their negatives or conjugates
    private static bool IsPlain(ReadOnlySpan<object?> metadata) => metadata is [] or [null] or [PickledDictionary { Entries: [] }];

    private static bool IsSize(object? value) => value is long and >= 0;
}

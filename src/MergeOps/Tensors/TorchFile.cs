using System.Collections.Immutable;
using System.Security.Cryptography;
using MergeOps.Diagnostics;
using MergeOps.Tensors.Pickles;

namespace MergeOps.Tensors;

/// <summary>
/// Reads where the tensors of a <c>pytorch_model.bin</c> lie. The pickle in it is read as data (<see cref="PickleReader"/>),
/// nothing of it ever runs, and what is not a plain dictionary of tensors is refused by name.
/// </summary>
internal static class TorchFile
{
    /// <summary>How the names of such files end.</summary>
    public static readonly ImmutableArray<string> Endings = [ModelFileNames.PickledEnding, ".pt", ".pth", ".ckpt"];

    private const string Pickle = "/data.pkl";
    private const int FirstBytes = 512;

    // where the heading of a tar archive says what it is
    private const int TarMark = 257;
    private const int LargestPickle = SafetensorsHeaderReader.MaxHeaderLength;

    // what trainers wrap the weights in
    private const string Wrapper = "state_dict";

    /// <summary>Whether a file is one of PyTorch by its name.</summary>
    public static bool IsName(string path) => Endings.Contains(Path.GetExtension(path), StringComparer.Ordinal);

    /// <summary>The tensors of a file in the order of their bytes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="file">The file's name in the checkpoint: relative, with forward slashes.</param>
    /// <exception cref="MergeOpsException">It cannot be read, is no archive of PyTorch, or holds anything but tensors.</exception>
    public static SafetensorsHeader ReadHeader(string path, string file)
    {
        using var content = ModelFile.Open(path);
        return ReadHeader(content, path, file);
    }

    /// <summary>The tensors of a file in the order of their bytes.</summary>
    /// <param name="content">The file.</param>
    /// <param name="path">What messages call it.</param>
    /// <param name="file">The file's name in the checkpoint: relative, with forward slashes.</param>
    /// <exception cref="MergeOpsException">It cannot be read, is no archive of PyTorch, or holds anything but tensors.</exception>
    public static SafetensorsHeader ReadHeader(IStoredBytes content, string path, string file)
    {
        var first = content.Read(0, (int)Math.Min(FirstBytes, content.Length));
        if (!first.AsSpan().StartsWith("PK\x3\x4"u8))
        {
            throw NoArchive(first, path);
        }

        var archive = new TorchArchive(content, path);
        var root = RootOf(archive, path);
        RequireByteOrder(archive, content, root, path);
        var tensors = StateDict(archive, content, root, path)
            .Select(entry => Place(entry.Key, entry.Value, archive, root, path, file))
            .OrderBy(tensor => tensor.Offset)
            .ThenBy(tensor => tensor.Name, StringComparer.Ordinal)
            .ToImmutableArray();
        var start = tensors.Min(tensor => tensor.Offset);
        return archive.Find(root + Pickle)!.Value.Offset < start && start <= int.MaxValue
            ? new(
                tensors,
                ImmutableSortedDictionary<string, string>.Empty,
                new CheckpointFile(file, content.Length, Convert.ToHexStringLower(SHA256.HashData(content.Read(0, (int)start)))))
            : throw Refused(path, "Its pickle comes after the tensors, where PyTorch never writes it.");
    }

    private static MergeOpsException NoArchive(ReadOnlySpan<byte> first, string path) =>
        first.Length == FirstBytes && first[TarMark..].StartsWith("ustar"u8) ? Refused(path, $"It is a tar archive, which the first versions of PyTorch wrote. {ForeignContent.HowToConvert}")
        : ForeignContent.Recognise(first) is not { } foreign ? Refused(path, "It is not a PyTorch archive. Download or copy it again.")
        : foreign.Code == Codes.PickleRefused ? Refused(path, $"It is a bare pickle, which PyTorch wrote before 1.6. {ForeignContent.HowToConvert}")
        : Refused(path, foreign.Detail);

    private static string RootOf(TorchArchive archive, string path)
    {
        if (archive.Names.Any(name => name.EndsWith("/constants.pkl", StringComparison.Ordinal)))
        {
            throw Refused(path, "It is a TorchScript program, not only weights. Use the model that it was made from.");
        }

        return archive.Names.Where(name => name.EndsWith(Pickle, StringComparison.Ordinal)).ToList() is [var pickle] && archive.Find(pickle) is not null
            ? pickle[..^Pickle.Length]
            : throw Refused(path, "It is a zip archive, but not one of PyTorch: it has no data.pkl that is stored as it is, or several.");
    }

    private static void RequireByteOrder(TorchArchive archive, IStoredBytes content, string root, string path)
    {
        if (archive.Find(root + "/byteorder") is { Length: > 0 and < 16 } order && !content.Read(order.Offset, (int)order.Length).AsSpan().StartsWith("little"u8))
        {
            throw Refused(path, "Its numbers are stored big-endian. Save it again on a little-endian machine.");
        }
    }

    private static List<KeyValuePair<string, PickledTensor>> StateDict(TorchArchive archive, IStoredBytes content, string root, string path)
    {
        var (offset, length) = archive.Find(root + Pickle)!.Value;
        if (length > LargestPickle)
        {
            throw Refused(path, $"Its pickle has {length:N0} bytes; at most {LargestPickle:N0} are read.");
        }

        object? value;
        try
        {
            value = PickleReader.Read(content.Read(offset, (int)length));
        }
        catch (PickleRefusedException damage) when (damage.IsDamage)
        {
            throw new MergeOpsException(Codes.TorchFileInvalid, "Its pickle is damaged. Download or copy it again.", SourceSpan.File(path), damage);
        }
        catch (PickleRefusedException refused)
        {
            throw new MergeOpsException(Codes.PickleRefused, $"{char.ToUpperInvariant(refused.Message[0])}{refused.Message[1..]}. {ForeignContent.HowToConvert}", SourceSpan.File(path), refused);
        }

        var dictionary = value as PickledDictionary ?? throw Refused(path, "It holds no dictionary of tensors.");
        var weights = dictionary[Wrapper] as PickledDictionary ?? dictionary;
        var tensors = new List<KeyValuePair<string, PickledTensor>>();
        foreach (var (key, entry) in weights.Entries)
        {
            tensors.Add(key is string name && entry is PickledTensor tensor
                ? new(name, tensor)
                : throw Refused(path, $"Its entry {TerminalText.Quoted(key as string ?? "?")} is not a tensor, so it holds more than weights. {ForeignContent.HowToConvert}"));
        }

        return tensors.Count > 0 ? tensors : throw Refused(path, "It holds no tensor.");
    }

    private static TensorInfo Place(string name, PickledTensor tensor, TorchArchive archive, string root, string path, string file)
    {
        if (TypeOf(tensor.ElementType ?? tensor.Storage.Type) is not { } dtype)
        {
            throw Refused(path, name, $"is of the type {tensor.ElementType ?? tensor.Storage.Type}, which cannot be merged");
        }

        var size = dtype.Bits() / 8;
        try
        {
            if (!tensor.IsContiguous)
            {
                throw Refused(path, name, "is stored as a view with strides. Save it again with .contiguous()");
            }

            var length = checked(tensor.Shape.Aggregate(1L, (product, dimension) => checked(product * dimension)) * size);
            var begin = checked(tensor.Offset * size);
            return archive.Find($"{root}/data/{tensor.Storage.Key}") is not { } stored ? throw Refused(path, name, archive.Names.Contains($"{root}/data/{tensor.Storage.Key}") ? "is compressed. Save it again with torch.save" : "has no data in the archive")
                : checked(begin + length) > stored.Length ? throw Refused(path, name, "is longer than its data. Download or copy the file again")
                : new TensorInfo(name, dtype, tensor.Shape, file, stored.Offset + begin, length);
        }
        catch (OverflowException)
        {
            throw Refused(path, name, "has more elements than can be counted");
        }
    }

    // by the names of typed storages, and of types that have none
    private static DType? TypeOf(string name) => name switch
    {
        "DoubleStorage" => DType.F64,
        "FloatStorage" => DType.F32,
        "HalfStorage" => DType.F16,
        "BFloat16Storage" => DType.BF16,
        "LongStorage" => DType.I64,
        "IntStorage" => DType.I32,
        "ShortStorage" => DType.I16,
        "CharStorage" => DType.I8,
        "ByteStorage" => DType.U8,
        "BoolStorage" => DType.BOOL,
        "uint16" => DType.U16,
        "uint32" => DType.U32,
        "uint64" => DType.U64,
        "float8_e4m3fn" => DType.F8_E4M3,
        "float8_e5m2" => DType.F8_E5M2,
        "float8_e4m3fnuz" => DType.F8_E4M3FNUZ,
        "float8_e5m2fnuz" => DType.F8_E5M2FNUZ,
        "float8_e8m0fnu" => DType.F8_E8M0,
        _ => null,
    };

    private static MergeOpsException Refused(string path, string name, string what) => Refused(path, $"Tensor {TerminalText.Quoted(name)} {what}.");

    private static MergeOpsException Refused(string path, string detail) => new(Codes.TorchFileInvalid, detail, SourceSpan.File(path));
}

using System.Buffers.Binary;
using System.Text;

namespace MergeOps.Runtime;

/// <summary>
/// The symbol versions that an ELF64 library needs from others (section <c>.gnu.version_r</c>, as the Linux Standard
/// Base describes it): makes one need weak, so that the loader only notes when it is missing.
/// </summary>
internal static class ElfVersionNeeds
{
    private const uint DynamicSymbols = 11, Relocations = 4, VersionNeeds = 0x6ffffffe, SymbolVersions = 0x6fffffff;
    private const ushort Weak = 2;

    /// <summary>Sets the weak flag of a version in place, if the library needs it and no relocation uses a symbol of it.</summary>
    public static bool TryWeaken(Span<byte> image, string version)
    {
        if (image.Length < 64 || !image.StartsWith("\x7f"u8 + "ELF\x02\x01"u8))
        {
            return false;
        }

        var sections = Sections(image);
        return Array.Find(sections, s => s.Type == VersionNeeds) is { } needs
            && Array.Find(sections, s => s.Type == SymbolVersions) is { } versions
            && FindNeed(image, needs, sections[needs.Link], version) is { } need
            && !IsUsed(image, sections, versions, UInt16(image, need + 6))
            && SetWeak(image, need);
    }

    private static bool SetWeak(Span<byte> image, int need)
    {
        var flags = image.Slice(need + 4, 2);
        BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | Weak));
        return true;
    }

    /// <summary>The place of the version's Vernaux record: hash u32, flags u16, other u16, name u32, next u32.</summary>
    private static int? FindNeed(ReadOnlySpan<byte> image, Section needs, Section names, string version)
    {
        var wanted = Encoding.ASCII.GetBytes(version + '\0');
        for (var file = needs.Offset; ;)
        {
            var count = UInt16(image, file + 2);
            var need = file + (int)UInt32(image, file + 8);
            for (var i = 0; i < count; i++)
            {
                if (image[(names.Offset + (int)UInt32(image, need + 8))..].StartsWith(wanted))
                {
                    return need;
                }

                need += (int)UInt32(image, need + 12);
            }

            var next = (int)UInt32(image, file + 12);
            if (next == 0)
            {
                return null;
            }

            file += next;
        }
    }

    private static bool IsUsed(ReadOnlySpan<byte> image, Section[] sections, Section versions, ushort versionIndex)
    {
        foreach (var section in sections.Where(s => s.Type == Relocations && sections[s.Link].Type == DynamicSymbols))
        {
            for (var relocation = section.Offset; relocation < section.Offset + section.Size; relocation += 24)
            {
                var symbol = (int)UInt32(image, relocation + 12);
                if ((UInt16(image, versions.Offset + (2 * symbol)) & 0x7fff) == versionIndex)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static Section[] Sections(ReadOnlySpan<byte> image)
    {
        var start = (int)BinaryPrimitives.ReadUInt64LittleEndian(image[40..]);
        int size = UInt16(image, 58), count = UInt16(image, 60);
        var sections = new Section[count];
        for (var i = 0; i < count; i++)
        {
            var header = image[(start + (i * size))..];
            sections[i] = new Section(
                UInt32(header, 4),
                (int)BinaryPrimitives.ReadUInt64LittleEndian(header[24..]),
                (int)BinaryPrimitives.ReadUInt64LittleEndian(header[32..]),
                (int)UInt32(header, 40));
        }

        return sections;
    }

    private static ushort UInt16(ReadOnlySpan<byte> image, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(image[offset..]);

    private static uint UInt32(ReadOnlySpan<byte> image, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(image[offset..]);

    private sealed record Section(uint Type, int Offset, int Size, int Link);
}

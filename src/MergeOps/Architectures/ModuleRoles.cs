using System.Collections.Frozen;
using System.Collections.Immutable;

namespace MergeOps.Architectures;

/// <summary>The part that a tensor's module plays in a layer, in the words that people use for it, told by its name.</summary>
internal static class ModuleRoles
{
    private const string Other = "other";

    private static readonly FrozenDictionary<string, string> Parts = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["q_proj"] = "q",
        ["query"] = "q",
        ["wq"] = "q",
        ["to_q"] = "q",
        ["q"] = "q",
        ["q_lin"] = "q",
        ["k_proj"] = "k",
        ["key"] = "k",
        ["wk"] = "k",
        ["to_k"] = "k",
        ["k"] = "k",
        ["k_lin"] = "k",
        ["v_proj"] = "v",
        ["value"] = "v",
        ["wv"] = "v",
        ["to_v"] = "v",
        ["v"] = "v",
        ["v_lin"] = "v",
        ["qkv_proj"] = "qkv",
        ["qkv"] = "qkv",
        ["query_key_value"] = "qkv",
        ["c_attn"] = "qkv",
        ["Wqkv"] = "qkv",
        ["W_pack"] = "qkv",
        ["o_proj"] = "o",
        ["wo"] = "o",
        ["out_proj"] = "o",
        ["to_out"] = "o",
        ["o"] = "o",
        ["out_lin"] = "o",
        ["attn_output"] = "o",
        ["gate_proj"] = "gate",
        ["w1"] = "gate",
        ["wi_0"] = "gate",
        ["up_proj"] = "up",
        ["w3"] = "up",
        ["wi_1"] = "up",
        ["c_fc"] = "up",
        ["fc1"] = "up",
        ["dense_h_to_4h"] = "up",
        ["lin1"] = "up",
        ["wi"] = "up",
        ["gate_up_proj"] = "gate_up",
        ["Wi"] = "gate_up",
        ["down_proj"] = "down",
        ["w2"] = "down",
        ["fc2"] = "down",
        ["dense_4h_to_h"] = "down",
        ["lin2"] = "down",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether a part of a name says by itself which part of a layer is meant.</summary>
    public static bool IsWord(string part) => Parts.ContainsKey(part);

    /// <summary>What others call the part of a layer that a word means; null where none of them has it.</summary>
    /// <param name="word">One that <see cref="IsWord"/>.</param>
    /// <param name="others">Parts of names.</param>
    public static string? SameAs(string word, IEnumerable<string> others) => others.FirstOrDefault(other => Parts.GetValueOrDefault(other) == Parts[word]);

    /// <summary>
    /// <c>embedding</c>, <c>head</c>, <c>norm</c>, <c>q</c>, <c>k</c>, <c>v</c>, <c>qkv</c>, <c>o</c>, <c>gate</c>, <c>up</c>,
    /// <c>gate_up</c>, <c>down</c>, <c>router</c>, or <c>other</c>; <c>expert</c> for the weights of a mixture's experts.
    /// </summary>
    /// <param name="rules">What is known of the models' tensors.</param>
    /// <param name="name">The tensor's name.</param>
    /// <param name="shape">Its shape.</param>
    public static string Of(ArchitectureRules rules, string name, ImmutableArray<long> shape)
    {
        var role = rules.RoleOf(name, shape);
        if (role is TensorRole.TokenEmbedding or TensorRole.OutputHead)
        {
            return role is TensorRole.TokenEmbedding ? "embedding" : "head";
        }

        var parts = name.Split('.');
        var module = parts.Length > 1 ? parts[^2] : parts[0];
        if (Array.Exists(parts, part => part is "experts"))
        {
            return "expert";
        }

        if (parts.Any(part => part.Contains("norm", StringComparison.OrdinalIgnoreCase) || part is "ln_1" or "ln_2" or "ln_f"))
        {
            return "norm";
        }

        return module switch
        {
            "router" or "shared_expert_gate" => "router",
            "gate" when parts.Any(part => part is "mlp" or "block_sparse_moe" or "feed_forward") => "router",

            // BERT's names differ in the module around alone
            "dense" => (parts.Length > 2 ? parts[^3] : "", parts.Length > 3 ? parts[^4] : "") switch
            {
                ("output", "attention") => "o",
                ("intermediate", _) => "up",
                ("output", _) => "down",
                _ => Other,
            },
            "c_proj" => parts.Contains("mlp", StringComparer.Ordinal) ? "down" : "o",
            _ => Parts.GetValueOrDefault(module, Other),
        };
    }
}

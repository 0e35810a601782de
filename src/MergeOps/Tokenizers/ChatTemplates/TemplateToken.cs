namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>What a piece of a template is.</summary>
internal enum TokenKind
{
    Text,
    VariableBegin,
    VariableEnd,
    BlockBegin,
    BlockEnd,
    Name,
    String,
    Integer,
    Float,
    Operator,
    End,
}

/// <summary>A piece of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text; of strings what they mean.</param>
/// <param name="Line">Where it begins.</param>
internal readonly record struct TemplateToken(TokenKind Kind, string Text, int Line);

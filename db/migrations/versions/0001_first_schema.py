"""The first schema: every table of the office."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("sessions_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_accounts_name")),
    )
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("template", sa.String(length=80), nullable=False),
        sa.Column("sender", sa.String(length=80), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("selection", sa.Text(), nullable=False),
        sa.Column("copies", sa.JSON(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("slug", name=op.f("uq_campaigns_slug")),
    )
    op.create_table(
        "communiques",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("template", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_communiques")),
        sa.UniqueConstraint("slug", name=op.f("uq_communiques_slug")),
    )
    op.create_table(
        "journal_entries",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_journal_entries")),
    )
    with op.batch_alter_table("journal_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_entries_subject"), ["subject"], unique=False)

    op.create_table(
        "journal_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_head")),
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("acronym", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("stakeholder_group", sa.String(length=40), nullable=False),
        sa.Column("regional_group", sa.String(length=40), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("language_assumed", sa.Boolean(), nullable=False),
        sa.Column("do_not_contact", sa.Text(), nullable=False),
        sa.Column("do_not_contact_since", sa.Date(), nullable=True),
        sa.Column("designation_note", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("key", name=op.f("uq_organisations_key")),
    )
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisations_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_organisations_stakeholder_group"), ["stakeholder_group"], unique=False)

    op.create_table(
        "persons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("full_name", sa.String(length=300), nullable=False),
        sa.Column("given_name", sa.String(length=200), nullable=False),
        sa.Column("family_name", sa.String(length=200), nullable=False),
        sa.Column("gender", sa.String(length=40), nullable=True),
        sa.Column("academic_title", sa.String(length=80), nullable=False),
        sa.Column("style", sa.String(length=120), nullable=False),
        sa.Column("salutation", sa.String(length=200), nullable=False),
        sa.Column("complimentary_close", sa.String(length=400), nullable=False),
        sa.Column("do_not_contact", sa.Text(), nullable=False),
        sa.Column("do_not_contact_since", sa.Date(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
    )
    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_persons_family_name"), ["family_name"], unique=False)
        batch_op.create_index(batch_op.f("ix_persons_full_name"), ["full_name"], unique=False)

    op.create_table(
        "reference_counters",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_reference_counters")),
    )
    op.create_table(
        "responses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=300), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("logged_by", sa.String(length=200), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["supersedes_id"], ["responses.id"], name=op.f("fk_responses_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responses")),
    )
    with op.batch_alter_table("responses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_responses_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_responses_received_on"), ["received_on"], unique=False)

    op.create_table(
        "themes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("codebook", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["themes.id"], name=op.f("fk_themes_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_themes")),
        sa.UniqueConstraint("codebook", "code", name=op.f("uq_themes_codebook_code")),
    )
    with op.batch_alter_table("themes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_themes_code"), ["code"], unique=False)

    op.create_table(
        "campaign_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("wordings", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_questions_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_questions")),
        sa.UniqueConstraint("campaign_id", "code", name=op.f("uq_campaign_questions_campaign_id_code")),
    )
    op.create_table(
        "communique_campaigns",
        sa.Column("communique_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_communique_campaigns_campaign_id")),
        sa.ForeignKeyConstraint(["communique_id"], ["communiques.id"], name=op.f("fk_communique_campaigns_communique_id")),
        sa.PrimaryKeyConstraint("communique_id", "campaign_id", name=op.f("pk_communique_campaigns")),
    )
    op.create_table(
        "communique_paragraphs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("communique_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["communique_id"], ["communiques.id"], name=op.f("fk_communique_paragraphs_communique_id")),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name=op.f("fk_communique_paragraphs_theme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_communique_paragraphs")),
    )
    with op.batch_alter_table("communique_paragraphs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_communique_paragraphs_communique_id"), ["communique_id"], unique=False)

    op.create_table(
        "communique_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("communique_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["communique_id"], ["communiques.id"], name=op.f("fk_communique_versions_communique_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_communique_versions")),
        sa.UniqueConstraint(
            "communique_id", "number", "language", name=op.f("uq_communique_versions_communique_id_number_language")
        ),
    )
    op.create_table(
        "input_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=300), nullable=False),
        sa.Column("extractor", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("translation_of_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["response_id"], ["responses.id"], name=op.f("fk_input_texts_response_id")),
        sa.ForeignKeyConstraint(["translation_of_id"], ["input_texts.id"], name=op.f("fk_input_texts_translation_of_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_input_texts")),
        sa.UniqueConstraint("response_id", "sha256", "origin", name=op.f("uq_input_texts_response_id_sha256_origin")),
    )
    with op.batch_alter_table("input_texts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_input_texts_response_id"), ["response_id"], unique=False)

    op.create_table(
        "journal_values",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["seq"], ["journal_entries.seq"], name=op.f("fk_journal_values_seq")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_journal_values")),
    )
    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("current", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_because", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_letters_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("reference", name=op.f("uq_letters_reference")),
    )
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.create_index("ix_letters_campaign_state", ["campaign_id", "state"], unique=False)

    op.create_table(
        "organisation_names",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("short", sa.String(length=400), nullable=False),
        sa.Column("formal", sa.String(length=400), nullable=False),
        sa.Column("of_short", sa.String(length=400), nullable=False),
        sa.Column("of_formal", sa.String(length=400), nullable=False),
        sa.Column("running", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_organisation_names_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_names")),
        sa.UniqueConstraint("organisation_id", "language", name=op.f("uq_organisation_names_organisation_id_language")),
    )
    op.create_table(
        "organisation_tags",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_organisation_tags_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "tag", name=op.f("pk_organisation_tags")),
    )
    with op.batch_alter_table("organisation_tags", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisation_tags_tag"), ["tag"], unique=False)

    op.create_table(
        "posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("seat", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=400), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("preferred_channel", sa.String(length=40), nullable=False),
        sa.Column("second_channel", sa.String(length=40), nullable=True),
        sa.Column("do_not_contact", sa.Text(), nullable=False),
        sa.Column("do_not_contact_since", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_posts_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
    )
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_posts_kind"), ["kind"], unique=False)
        batch_op.create_index("ix_posts_organisation_kind", ["organisation_id", "kind", "seat"], unique=False)

    op.create_table(
        "response_authors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_response_authors_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_response_authors_person_id")),
        sa.ForeignKeyConstraint(["response_id"], ["responses.id"], name=op.f("fk_response_authors_response_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_authors")),
    )
    with op.batch_alter_table("response_authors", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_response_authors_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_response_authors_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_response_authors_response_id"), ["response_id"], unique=False)

    op.create_table(
        "response_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("content_type", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["response_id"], ["responses.id"], name=op.f("fk_response_files_response_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_files")),
    )
    with op.batch_alter_table("response_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_response_files_response_id"), ["response_id"], unique=False)

    op.create_table(
        "campaign_addressees",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("joint", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_addressees_campaign_id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_campaign_addressees_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_addressees")),
        sa.UniqueConstraint("campaign_id", "post_id", name=op.f("uq_campaign_addressees_campaign_id_post_id")),
    )
    with op.batch_alter_table("campaign_addressees", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaign_addressees_post_id"), ["post_id"], unique=False)

    op.create_table(
        "communique_wordings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("paragraph_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["paragraph_id"], ["communique_paragraphs.id"], name=op.f("fk_communique_wordings_paragraph_id")
        ),
        sa.ForeignKeyConstraint(["version_id"], ["communique_versions.id"], name=op.f("fk_communique_wordings_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_communique_wordings")),
        sa.UniqueConstraint("version_id", "paragraph_id", name=op.f("uq_communique_wordings_version_id_paragraph_id")),
        sa.UniqueConstraint("version_id", "position", name=op.f("uq_communique_wordings_version_id_position")),
    )
    with op.batch_alter_table("communique_wordings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_communique_wordings_paragraph_id"), ["paragraph_id"], unique=False)

    op.create_table(
        "holders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.String(length=40), nullable=False),
        sa.Column("in_charge", sa.Boolean(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=True),
        sa.Column("to_date", sa.Date(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_holders_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_holders_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holders")),
    )
    with op.batch_alter_table("holders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_holders_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_holders_post_id"), ["post_id"], unique=False)

    op.create_table(
        "incoming_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("raw_sha256", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=998), nullable=False),
        sa.Column("sender_address", sa.String(length=320), nullable=False),
        sa.Column("sender_name", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_reply_to", sa.JSON(), nullable=False),
        sa.Column("taken_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("automatic", sa.Text(), nullable=False),
        sa.Column("suggested_letter_id", sa.Integer(), nullable=True),
        sa.Column("response_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["response_id"], ["responses.id"], name=op.f("fk_incoming_mail_response_id")),
        sa.ForeignKeyConstraint(["suggested_letter_id"], ["letters.id"], name=op.f("fk_incoming_mail_suggested_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_mail")),
        sa.UniqueConstraint("raw_sha256", name=op.f("uq_incoming_mail_raw_sha256")),
    )
    with op.batch_alter_table("incoming_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incoming_mail_message_id"), ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_incoming_mail_response_id"), ["response_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_incoming_mail_sender_address"), ["sender_address"], unique=False)
        batch_op.create_index(batch_op.f("ix_incoming_mail_state"), ["state"], unique=False)

    op.create_table(
        "letter_addressees",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_letter_addressees_letter_id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_letter_addressees_post_id")),
        sa.PrimaryKeyConstraint("letter_id", "position", name=op.f("pk_letter_addressees")),
    )
    with op.batch_alter_table("letter_addressees", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_addressees_post_id"), ["post_id"], unique=False)

    op.create_table(
        "letter_relations",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_letter_relations_letter_id")),
        sa.ForeignKeyConstraint(["other_id"], ["letters.id"], name=op.f("fk_letter_relations_other_id")),
        sa.PrimaryKeyConstraint("letter_id", "other_id", "kind", name=op.f("pk_letter_relations")),
    )
    op.create_table(
        "letter_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("template", sa.String(length=80), nullable=False),
        sa.Column("template_sha256", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("address_block", sa.JSON(), nullable=False),
        sa.Column("salutation", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("close", sa.Text(), nullable=False),
        sa.Column("layout", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("message_id", sa.String(length=300), nullable=False),
        sa.Column("reply_to", sa.String(length=320), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("message_sha256", sa.String(length=64), nullable=True),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_letter_versions_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_versions")),
        sa.UniqueConstraint("letter_id", "number", name=op.f("uq_letter_versions_letter_id_number")),
    )
    with op.batch_alter_table("letter_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_versions_message_id"), ["message_id"], unique=False)

    op.create_table(
        "passages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("span_start", sa.Integer(), nullable=False),
        sa.Column("span_end", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("coded_by", sa.String(length=200), nullable=False),
        sa.Column("coded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["text_id"], ["input_texts.id"], name=op.f("fk_passages_text_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passages")),
    )
    with op.batch_alter_table("passages", schema=None) as batch_op:
        batch_op.create_index("ix_passages_text_span", ["text_id", "span_start", "span_end"], unique=False)

    op.create_table(
        "post_titles",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_post_titles_post_id")),
        sa.PrimaryKeyConstraint("post_id", "language", name=op.f("pk_post_titles")),
    )
    op.create_table(
        "response_letters",
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=False),
        sa.Column("matched_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_response_letters_letter_id")),
        sa.ForeignKeyConstraint(["response_id"], ["responses.id"], name=op.f("fk_response_letters_response_id")),
        sa.PrimaryKeyConstraint("response_id", "letter_id", name=op.f("pk_response_letters")),
    )
    with op.batch_alter_table("response_letters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_response_letters_letter_id"), ["letter_id"], unique=False)

    op.create_table(
        "addresses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("normalised", sa.String(length=400), nullable=False),
        sa.Column("failed_since", sa.Date(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["holder_id"], ["holders.id"], name=op.f("fk_addresses_holder_id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_addresses_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addresses")),
    )
    with op.batch_alter_table("addresses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_addresses_holder_id"), ["holder_id"], unique=False)
        batch_op.create_index("ix_addresses_normalised", ["kind", "normalised"], unique=False)
        batch_op.create_index(batch_op.f("ix_addresses_post_id"), ["post_id"], unique=False)

    op.create_table(
        "approvals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("letter_version_id", sa.Integer(), nullable=False),
        sa.Column("approved_by", sa.String(length=200), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=200), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("evidence_filename", sa.String(length=200), nullable=False),
        sa.Column("evidence_sha256", sa.String(length=64), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_approvals_letter_id")),
        sa.ForeignKeyConstraint(["letter_version_id"], ["letter_versions.id"], name=op.f("fk_approvals_letter_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
    )
    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_approvals_letter_id"), ["letter_id"], unique=False)

    op.create_table(
        "attributions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("passage_id", sa.Integer(), nullable=True),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["passage_id"], ["passages.id"], name=op.f("fk_attributions_passage_id")),
        sa.ForeignKeyConstraint(["response_id"], ["responses.id"], name=op.f("fk_attributions_response_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attributions")),
    )
    with op.batch_alter_table("attributions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attributions_passage_id"), ["passage_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attributions_response_id"), ["response_id"], unique=False)

    op.create_table(
        "communique_sources",
        sa.Column("wording_id", sa.Integer(), nullable=False),
        sa.Column("passage_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["passage_id"], ["passages.id"], name=op.f("fk_communique_sources_passage_id")),
        sa.ForeignKeyConstraint(["wording_id"], ["communique_wordings.id"], name=op.f("fk_communique_sources_wording_id")),
        sa.PrimaryKeyConstraint("wording_id", "passage_id", name=op.f("pk_communique_sources")),
    )
    with op.batch_alter_table("communique_sources", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_communique_sources_passage_id"), ["passage_id"], unique=False)

    op.create_table(
        "delivery_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("letter_version_id", sa.Integer(), nullable=False),
        sa.Column("outbox", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("started_by", sa.String(length=200), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dispatched_on", sa.Date(), nullable=True),
        sa.Column("result", sa.String(length=40), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_delivery_attempts_letter_id")),
        sa.ForeignKeyConstraint(
            ["letter_version_id"], ["letter_versions.id"], name=op.f("fk_delivery_attempts_letter_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_attempts")),
    )
    with op.batch_alter_table("delivery_attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_attempts_letter_id"), ["letter_id"], unique=False)
        batch_op.create_index(
            "uq_delivery_attempts_open",
            ["letter_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "inputs_set_aside",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=True),
        sa.Column("passage_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_aside_by", sa.String(length=200), nullable=False),
        sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["passage_id"], ["passages.id"], name=op.f("fk_inputs_set_aside_passage_id")),
        sa.ForeignKeyConstraint(["response_id"], ["responses.id"], name=op.f("fk_inputs_set_aside_response_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inputs_set_aside")),
    )
    with op.batch_alter_table("inputs_set_aside", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inputs_set_aside_passage_id"), ["passage_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_inputs_set_aside_response_id"), ["response_id"], unique=False)

    op.create_table(
        "letter_enclosures",
        sa.Column("letter_version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("content_type", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_version_id"], ["letter_versions.id"], name=op.f("fk_letter_enclosures_letter_version_id")
        ),
        sa.PrimaryKeyConstraint("letter_version_id", "position", name=op.f("pk_letter_enclosures")),
    )
    op.create_table(
        "letter_recipients",
        sa.Column("letter_version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_version_id"], ["letter_versions.id"], name=op.f("fk_letter_recipients_letter_version_id")
        ),
        sa.PrimaryKeyConstraint("letter_version_id", "position", name=op.f("pk_letter_recipients")),
    )
    with op.batch_alter_table("letter_recipients", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_recipients_address"), ["address"], unique=False)

    op.create_table(
        "passage_themes",
        sa.Column("passage_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("stance", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["passage_id"], ["passages.id"], name=op.f("fk_passage_themes_passage_id")),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name=op.f("fk_passage_themes_theme_id")),
        sa.PrimaryKeyConstraint("passage_id", "theme_id", name=op.f("pk_passage_themes")),
    )
    with op.batch_alter_table("passage_themes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passage_themes_theme_id"), ["theme_id"], unique=False)

    op.create_table(
        "signed_copies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_version_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("content_type", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("added_by", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["letter_version_id"], ["letter_versions.id"], name=op.f("fk_signed_copies_letter_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_copies")),
    )
    with op.batch_alter_table("signed_copies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signed_copies_letter_version_id"), ["letter_version_id"], unique=False)

    op.create_table(
        "delivery_outcomes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["delivery_attempts.id"], name=op.f("fk_delivery_outcomes_attempt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_outcomes")),
    )
    with op.batch_alter_table("delivery_outcomes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_outcomes_attempt_id"), ["attempt_id"], unique=False)
    # The journal begins with nothing before it.
    op.execute("INSERT INTO journal_head (id, count, hash) VALUES (1, 0, '" + "0" * 64 + "')")

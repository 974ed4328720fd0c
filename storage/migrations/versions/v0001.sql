CREATE TABLE setting (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
)
 STRICT;

CREATE TABLE source (
	source_id INTEGER NOT NULL, 
	url TEXT NOT NULL, 
	name TEXT, 
	vendor TEXT, 
	capabilities TEXT, 
	PRIMARY KEY (source_id), 
	UNIQUE (url)
)
 STRICT;

CREATE TABLE cursor (
	source_id INTEGER NOT NULL, 
	stream TEXT NOT NULL, 
	cursor TEXT, 
	PRIMARY KEY (source_id, stream)
)
 STRICT;

CREATE TABLE activity (
	activity_id INTEGER NOT NULL, 
	gateway_id TEXT NOT NULL, 
	known INTEGER NOT NULL, 
	updated_at INTEGER, 
	canonical BLOB, 
	name TEXT, 
	sender TEXT, 
	body TEXT, 
	sent_at INTEGER, 
	status TEXT, 
	timezone TEXT, 
	sending_to TEXT, 
	recipients INTEGER, 
	excluded INTEGER, 
	total_credits INTEGER, 
	PRIMARY KEY (activity_id), 
	UNIQUE (gateway_id)
)
 STRICT;

CREATE TABLE activity_counts (
	activity_id INTEGER NOT NULL, 
	sent INTEGER NOT NULL, 
	delivered INTEGER NOT NULL, 
	soft INTEGER NOT NULL, 
	hard INTEGER NOT NULL, 
	rejected INTEGER NOT NULL, 
	pending INTEGER NOT NULL, 
	clicks INTEGER NOT NULL, 
	machine_clicks INTEGER NOT NULL, 
	unique_clicks INTEGER NOT NULL, 
	unique_any INTEGER NOT NULL, 
	unsubscribed INTEGER NOT NULL, 
	erased INTEGER NOT NULL, 
	credits INTEGER NOT NULL, 
	retry_credits INTEGER NOT NULL, 
	credit_recipients INTEGER NOT NULL, 
	PRIMARY KEY (activity_id)
)
 STRICT;

CREATE TABLE link (
	link_id INTEGER NOT NULL, 
	activity_id INTEGER NOT NULL, 
	gateway_id TEXT NOT NULL, 
	listed INTEGER NOT NULL, 
	url TEXT, 
	short_url TEXT, 
	title TEXT, 
	click_url TEXT, 
	click_title TEXT, 
	click_at INTEGER, 
	click_event TEXT, 
	PRIMARY KEY (link_id)
)
 STRICT;

CREATE UNIQUE INDEX ux_link_gateway_id ON link (activity_id, gateway_id);

CREATE TABLE link_count (
	activity_id INTEGER NOT NULL, 
	link_id INTEGER NOT NULL, 
	clicks INTEGER NOT NULL, 
	machine_clicks INTEGER NOT NULL, 
	unique_clicks INTEGER NOT NULL, 
	unique_any INTEGER NOT NULL, 
	PRIMARY KEY (activity_id, link_id)
)
 WITHOUT ROWID,
 STRICT;

CREATE TABLE code_count (
	activity_id INTEGER NOT NULL, 
	outcome INTEGER NOT NULL, 
	vendor TEXT NOT NULL, 
	scheme TEXT NOT NULL, 
	code TEXT NOT NULL, 
	recipients INTEGER NOT NULL, 
	PRIMARY KEY (activity_id, outcome, vendor, scheme, code)
)
 WITHOUT ROWID,
 STRICT;

CREATE TABLE pending_minute (
	activity_id INTEGER NOT NULL, 
	minute INTEGER NOT NULL, 
	recipients INTEGER NOT NULL, 
	PRIMARY KEY (activity_id, minute)
)
 WITHOUT ROWID,
 STRICT;

CREATE TABLE profile (
	profile_id INTEGER NOT NULL, 
	gateway_id TEXT NOT NULL, 
	known INTEGER NOT NULL, 
	erased INTEGER NOT NULL, 
	updated_at INTEGER, 
	canonical BLOB, 
	msisdn TEXT, 
	name TEXT, 
	name_folded TEXT, 
	email TEXT, 
	timezone TEXT, 
	attributes TEXT, 
	tags TEXT, 
	sms_consent INTEGER NOT NULL, 
	number_id INTEGER, 
	number_at INTEGER, 
	number_tie BLOB, 
	consent_tie INTEGER NOT NULL, 
	left_at INTEGER, 
	returned_at INTEGER, 
	opted_out INTEGER NOT NULL, 
	PRIMARY KEY (profile_id), 
	UNIQUE (gateway_id)
)
 STRICT;

CREATE INDEX ix_profile_number ON profile (number_id);

CREATE TABLE event (
	event_key INTEGER NOT NULL, 
	gateway_id TEXT NOT NULL, 
	activity_id INTEGER NOT NULL, 
	profile_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	at INTEGER NOT NULL, 
	outcome INTEGER, 
	ahead INTEGER NOT NULL, 
	agent_class INTEGER, 
	number_id INTEGER, 
	content_hash BLOB, 
	msisdn TEXT, 
	message_id TEXT, 
	attempt INTEGER, 
	part INTEGER, 
	parts INTEGER, 
	credits INTEGER, 
	vendor TEXT, 
	scheme TEXT, 
	code TEXT, 
	reason TEXT, 
	bounce TEXT, 
	link_id INTEGER, 
	url TEXT, 
	title TEXT, 
	user_agent TEXT, 
	ip TEXT, 
	country TEXT, 
	device TEXT, 
	text TEXT, 
	body TEXT, 
	PRIMARY KEY (event_key), 
	UNIQUE (gateway_id)
)
 STRICT;

CREATE INDEX ix_event_recipient ON event (activity_id, profile_id);

CREATE TABLE recipient (
	activity_id INTEGER NOT NULL, 
	profile_id INTEGER NOT NULL, 
	profile_key TEXT NOT NULL, 
	outcome INTEGER, 
	sent_at INTEGER, 
	delivered_at INTEGER, 
	attempts INTEGER NOT NULL, 
	credits INTEGER, 
	retry_credits INTEGER NOT NULL, 
	bounced_at INTEGER, 
	deciding_event INTEGER, 
	vendor TEXT, 
	scheme TEXT, 
	code TEXT, 
	retry_due_at INTEGER, 
	retry_until INTEGER, 
	clicks INTEGER NOT NULL, 
	machine_clicks INTEGER NOT NULL, 
	first_click_at INTEGER, 
	last_click_at INTEGER, 
	first_any_at INTEGER, 
	last_any_at INTEGER, 
	unsubscribed_at INTEGER, 
	tab_delivered_at INTEGER, 
	pending_since INTEGER, 
	under_way_since INTEGER, 
	PRIMARY KEY (activity_id, profile_id)
)
 WITHOUT ROWID,
 STRICT;

CREATE INDEX ix_recipient_clicked ON recipient (activity_id, last_click_at DESC, profile_key) WHERE last_click_at IS NOT NULL;

CREATE INDEX ix_recipient_delivered ON recipient (activity_id, tab_delivered_at DESC, profile_key) WHERE tab_delivered_at IS NOT NULL;

CREATE INDEX ix_recipient_sent ON recipient (activity_id, sent_at DESC, profile_key) WHERE sent_at IS NOT NULL;

CREATE INDEX ix_recipient_unsubscribed ON recipient (activity_id, unsubscribed_at DESC, profile_key) WHERE unsubscribed_at IS NOT NULL;

CREATE INDEX ix_recipient_any_clicked ON recipient (activity_id, last_any_at DESC, profile_key) WHERE last_any_at IS NOT NULL;

CREATE INDEX ix_recipient_retry ON recipient (activity_id, retry_until DESC, profile_key) WHERE retry_until IS NOT NULL;

CREATE INDEX ix_recipient_under_way ON recipient (activity_id, under_way_since DESC, profile_key) WHERE under_way_since IS NOT NULL;

CREATE INDEX ix_recipient_pending ON recipient (activity_id, pending_since DESC, profile_key) WHERE pending_since IS NOT NULL;

CREATE INDEX ix_recipient_bounced ON recipient (activity_id, bounced_at DESC, profile_key) WHERE bounced_at IS NOT NULL;

CREATE TABLE link_click (
	activity_id INTEGER NOT NULL, 
	link_id INTEGER NOT NULL, 
	profile_id INTEGER NOT NULL, 
	profile_key TEXT NOT NULL, 
	clicks INTEGER NOT NULL, 
	machine_clicks INTEGER NOT NULL, 
	last_at INTEGER, 
	last_any_at INTEGER, 
	PRIMARY KEY (activity_id, link_id, profile_id)
)
 WITHOUT ROWID,
 STRICT;

CREATE INDEX ix_link_click_recipient ON link_click (activity_id, profile_id);

CREATE TABLE number (
	number_id INTEGER NOT NULL, 
	token BLOB NOT NULL, 
	strikes INTEGER NOT NULL, 
	refused INTEGER NOT NULL, 
	PRIMARY KEY (number_id), 
	UNIQUE (token)
)
 STRICT;

CREATE TABLE strike (
	activity_id INTEGER NOT NULL, 
	profile_id INTEGER NOT NULL, 
	number_id INTEGER, 
	at INTEGER NOT NULL, 
	event_key INTEGER NOT NULL, 
	PRIMARY KEY (activity_id, profile_id)
)
 WITHOUT ROWID,
 STRICT;

CREATE INDEX ix_strike_profile ON strike (profile_id);

CREATE INDEX ix_strike_number ON strike (number_id);

CREATE TABLE refusal (
	event_key INTEGER NOT NULL, 
	profile_id INTEGER NOT NULL, 
	number_id INTEGER, 
	at INTEGER NOT NULL, 
	PRIMARY KEY (event_key)
)
 STRICT;

CREATE INDEX ix_refusal_number ON refusal (number_id);

CREATE INDEX ix_refusal_profile ON refusal (profile_id);

CREATE TABLE clearing (
	clearing_id INTEGER NOT NULL, 
	number_id INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	reason TEXT NOT NULL, 
	PRIMARY KEY (clearing_id)
)
 STRICT;

CREATE INDEX ix_clearing_number ON clearing (number_id);

CREATE TABLE quarantine (
	quarantine_id INTEGER NOT NULL, 
	fingerprint BLOB NOT NULL, 
	stream TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	raw BLOB, 
	activity_key TEXT, 
	profile_key TEXT, 
	first_seen_at INTEGER NOT NULL, 
	PRIMARY KEY (quarantine_id), 
	UNIQUE (fingerprint)
)
 STRICT;

CREATE INDEX ix_quarantine_profile_key ON quarantine (profile_key);

CREATE INDEX ix_quarantine_activity ON quarantine (activity_key);

CREATE TABLE backup (
	path TEXT NOT NULL, 
	made_at INTEGER NOT NULL, 
	own INTEGER NOT NULL, 
	PRIMARY KEY (path)
)
 STRICT;

CREATE TABLE lease (
	name TEXT NOT NULL, 
	holder TEXT NOT NULL, 
	until INTEGER NOT NULL, 
	PRIMARY KEY (name)
)
 STRICT;

